import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { CliError, EXIT } from './cli-error';

/** Texts that crash folders hold: RHEL's `vmcore-dmesg*.txt`, Debian's `dmesg.<time>`, whatever else is a text by its name. */
const TEXT_FILE = /^(dmesg\.\d{12,14}|[^.].*\.(txt|log))$/;
const NOT_A_CRASH = /^(kexec-dmesg\.log|README.*)$/i;
const CUT_OFF = 'vmcore-dmesg-incomplete.txt';
const WHOLE = 'vmcore-dmesg.txt';

/**
 * The crashes that lie in a folder, by name: a folder in it is one crash, a text directly in it another. One with a
 * text that is empty or changed after `settledBeforeMs` is left out, as is what holds no text.
 *
 * @returns name and absolute paths, in the order of the names.
 * @throws CliError where `dir` or a folder in it cannot be read.
 */
export function crashesIn(dir: string, settledBeforeMs: number): [string, string[]][] {
  const entries = entriesOf(dir);
  if (entries === null) throw new CliError(`${dir} does not exist`, EXIT.usage);
  const isSettled = (path: string) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && stat.size > 0 && stat.mtimeMs <= settledBeforeMs;
  };
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry): [string, string[]] => [entry.name, textsOf(join(dir, entry.name))]);
  const files = textsOf(dir).map((path): [string, string[]] => [path.slice(dir.length + 1), [path]]);
  return [...folders, ...files]
    .filter(([, paths]) => paths.length > 0 && paths.every(isSettled))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Absolute paths. */
function textsOf(folder: string): string[] {
  const names = (entriesOf(folder) ?? [])
    .filter((entry) => entry.isFile() && TEXT_FILE.test(entry.name) && !NOT_A_CRASH.test(entry.name))
    .map((entry) => entry.name);
  return names
    .filter((name) => name !== CUT_OFF || !names.includes(WHOLE))
    .sort()
    .map((name) => join(folder, name));
}

/** `null`: no such folder, or not any more. */
function entriesOf(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CliError((error as Error).message, EXIT.usage);
  }
}
