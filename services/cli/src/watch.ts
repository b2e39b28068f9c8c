import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError, EXIT } from './cli-error';
import { describeProblem } from './http-client';
import type { Answer } from './http-client';

export interface WatchOptions {
  readonly dir: string;
  readonly everyMs: number;
  /** One look at the folder instead of a watch. */
  readonly once: boolean;
  /** Sends the texts of one crash. */
  readonly send: (paths: readonly string[]) => Promise<Answer>;
}

/** Texts that crash folders hold: RHEL's `vmcore-dmesg*.txt`, Debian's `dmesg.<time>`, whatever else ends in `.txt`. */
const TEXT_FILE = /^(vmcore-dmesg(-incomplete)?\.txt|dmesg\.\d{12,14}|.+\.txt|.+\.log)$/;
const NOT_A_CRASH = /^(kexec-dmesg\.log|README.*)$/i;

/** A text this young may still be being written. */
const SETTLE_MS = 5_000;
const STATE_FILE = '.oopstream-sent.json';

/**
 * Sends every crash that lies in `dir`: a folder is one crash, a file directly in it another. What was accepted, or
 * refused for good, is remembered in `.oopstream-sent.json` there and not sent again; what failed otherwise is tried
 * at each look. Ends after one look with `once`, else never.
 */
export async function watchFolder(options: WatchOptions): Promise<void> {
  const stateFile = join(options.dir, STATE_FILE);
  for (;;) {
    const settled = readState(stateFile);
    let failures = 0;
    for (const [name, paths] of crashesIn(options.dir)) {
      if (settled[name] !== undefined) continue;
      const outcome = await sendOne(options, paths);
      process.stdout.write(`${outcome.text}  ${name}\n`);
      if (!outcome.settled) failures += 1;
      else writeState(stateFile, { ...readState(stateFile), [name]: outcome.text });
    }
    if (options.once) {
      if (failures > 0) throw new CliError(`${failures} not sent: run again`);
      return;
    }
    await delay(options.everyMs);
  }
}

async function sendOne(
  options: WatchOptions,
  paths: readonly string[],
): Promise<{ settled: boolean; text: string }> {
  try {
    const answer = await options.send(paths);
    if (answer.status === 202) return { settled: true, text: 'accepted' };
    const text = `refused: ${describeProblem(answer)}`;
    // Waiting helps against a full or stopped collector, a missing token is mended by hand: only the rest is for good.
    const passes = answer.status >= 500 || [401, 403, 408, 429].includes(answer.status);
    return { settled: !passes, text };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { settled: false, text: error.message };
  }
}

function crashesIn(dir: string): [string, string[]][] {
  const texts = (folder: string) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && TEXT_FILE.test(entry.name) && !NOT_A_CRASH.test(entry.name))
      .map((entry) => join(folder, entry.name))
      .sort();
  let entries;
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    throw new CliError((error as Error).message, EXIT.usage);
  }
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry): [string, string[]] => [entry.name, texts(join(dir, entry.name))]);
  const files = texts(dir).map((path): [string, string[]] => [path.slice(dir.length + 1), [path]]);
  return [...folders, ...files].filter(([, paths]) => paths.length > 0 && paths.every(isSettled)).sort();
}

function isSettled(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.size > 0 && Date.now() - stat.mtimeMs >= SETTLE_MS;
}

function readState(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, EXIT.usage);
  }
}

function writeState(file: string, state: Record<string, string>): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
