import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** What the commands know of the world around them: the process in `main.ts`, whatever a test says elsewhere. */
export interface CliIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory: where the search for a running instance begins. */
  readonly cwd: string;
  /** Wall clock in milliseconds, as file times have it. */
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export function processIo(): CliIo {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    nowMs: Date.now,
    pause: (ms) => delay(ms),
  };
}
