import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT_DIR } from './root-dir';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What an answer is held against. */
interface Contract<Answer> {
  readonly parse: (answer: unknown) => Answer;
}

/** The `oopstream` command of this checkout, in a process of its own as people and jobs run it. */
export interface CommandLine {
  /** Runs to the end, whatever the exit code is. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** @returns what it printed. @throws Error with what it complained of, when it did not exit with 0. */
  text(...args: readonly string[]): Promise<string>;
  /** As `text`, with --json, held against its contract. */
  json<Answer>(schema: Contract<Answer>, ...args: readonly string[]): Promise<Answer>;
}

/** @param dir with the connection.json of the instance that it talks to */
export function createCommandLine(dir: string): CommandLine {
  const run = (...args: readonly string[]): Promise<CommandResult> =>
    new Promise((resolve, reject) => {
      const bin = join(ROOT_DIR, 'services/cli/bin/oopstream.js');
      const env = { ...process.env, NO_COLOR: '1' };
      const all = [bin, ...args, '--connection', join(dir, 'connection.json')];
      execFile(process.execPath, all, { cwd: dir, env }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : error.code;
        if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr });
        else reject(error ?? new Error('no exit code'));
      });
    });
  const text = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(...args);
    if (exitCode !== 0) throw new Error(`oopstream ${args.join(' ')}: ${exitCode}: ${stderr}${stdout}`);
    return stdout;
  };
  return {
    run,
    text,
    json: async (schema, ...args) => schema.parse(JSON.parse(await text(...args, '--json'))),
  };
}
