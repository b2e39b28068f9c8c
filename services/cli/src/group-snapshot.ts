import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readTranscript } from '@oopstream/core-transcript';
import { sign, type GroupedText } from '@oopstream/core-signature';
import { z } from 'zod';
import { CliError, EXIT } from './cli-error';
import { hashText } from './fingerprint';

/** A line of `oopstream signature snapshot`, and of `oopstream fingerprint`, which says more. */
const line = z.object({ id: z.string(), crashes: z.array(z.object({ signature: z.string() })) });

/** Groups of texts as an earlier version of the tables saw them. */
export function parseSnapshot(file: string, text: string): GroupedText[] {
  return text.split('\n').flatMap((json, i) => {
    if (json.trim() === '') return [];
    const parsed = line.safeParse(parseJson(json));
    if (!parsed.success)
      throw new CliError(
        `${file}, line ${i + 1}: not a line of \`oopstream signature snapshot\` or \`oopstream fingerprint\``,
        EXIT.usage,
      );
    const { id, crashes } = parsed.data;
    return [{ id, crashes: crashes.map(({ signature }) => ({ groupText: signature })) }];
  });
}

/** Groups of the texts under these paths as the tables of this program see them; ids are the paths as given. */
export function* groupsOf(paths: readonly string[], cwd: string): Generator<GroupedText> {
  for (const path of paths.flatMap((given) => filesUnder(given, cwd))) {
    const { readings } = readTranscript(orRefuse(path, () => readFileSync(resolve(cwd, path))));
    const crashes = readings.map((reading) => ({ groupText: sign(reading, hashText).groupText }));
    yield { id: path, crashes };
  }
}

export function snapshotLine(text: GroupedText): string {
  return JSON.stringify({
    id: text.id,
    crashes: text.crashes.map(({ groupText }) => ({ signature: groupText })),
  });
}

/** Every file under a folder but hidden ones and `.json`, in the order of their names; a file is itself. */
function filesUnder(given: string, cwd: string): string[] {
  const at = resolve(cwd, given);
  if (!orRefuse(given, () => statSync(at)).isDirectory()) return [given];
  return orRefuse(given, () => readdirSync(at, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith('.json'))
    .map((entry) => join(given, entry.parentPath.slice(at.length), entry.name))
    .sort();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function orRefuse<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CliError(
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.usage,
      { cause: error },
    );
  }
}
