import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readTranscript } from '@oopstream/core-transcript';
import { sign, type GroupedText } from '@oopstream/core-signature';
import { z } from 'zod';
import { CliError, EXIT } from './cli-error';
import { hashText } from './fingerprint';

/** A line of `oopstream signature snapshot`, and of `oopstream fingerprint`, which says more. */
const line = z.object({
  id: z.string(),
  host: z.string().optional(),
  crashes: z.array(
    z.object({
      signature: z.string(),
      title: z.string().optional(),
      corrupted: z.boolean().optional(),
      crashId: z.string().optional(),
      incident: z.string().optional(),
    }),
  ),
});

/** Groups of texts as an earlier version of the tables saw them; of a text that is there twice, the later line. */
export function parseSnapshot(file: string, text: string): GroupedText[] {
  const byId = new Map<string, GroupedText>();
  for (const [i, json] of text.split('\n').entries()) {
    if (json.trim() === '') continue;
    const parsed = line.safeParse(parseJson(json));
    if (!parsed.success)
      throw new CliError(
        `${file}, line ${i + 1}: not a line of \`oopstream signature snapshot\` or \`oopstream fingerprint\``,
        EXIT.usage,
      );
    const { id, host, crashes } = parsed.data;
    byId.set(id, {
      id,
      host,
      crashes: crashes.map(({ signature, corrupted, ...same }) => ({
        groupText: signature,
        damaged: corrupted,
        ...same,
      })),
    });
  }
  return [...byId.values()];
}

/** Groups of the texts under these paths as the tables of this program see them; ids are the paths as given. */
export function* groupsOf(paths: readonly string[], cwd: string): Generator<GroupedText> {
  for (const path of paths.flatMap((given) => filesUnder(given, cwd)))
    yield groupText(
      path,
      orRefuse(path, () => readFileSync(resolve(cwd, path))),
    );
}

/** Groups of one text as the tables of this program see them. */
export function groupText(id: string, bytes: Uint8Array): GroupedText {
  const crashes = readTranscript(bytes).readings.map((reading) => {
    const signature = sign(reading, hashText);
    return {
      groupText: signature.groupText,
      title: signature.title,
      ...(reading.damage !== null && { damaged: true }),
    };
  });
  return { id, crashes };
}

export function snapshotLine({ id, host, crashes }: GroupedText): string {
  return JSON.stringify({
    id,
    host,
    crashes: crashes.map(({ groupText: signature, damaged, ...same }) => ({
      signature,
      ...same,
      ...(damaged === true && { corrupted: true }),
    })),
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

/** Does what may find no file. @throws CliError that names the path */
export function orRefuse<T>(path: string, read: () => T): T {
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
