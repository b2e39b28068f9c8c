import { DEFAULT_SESSION_LIMITS, readSession, type Session, type SessionLimits } from '../src/index';

export const bytesOf = (text: string) => Buffer.from(text, 'latin1');
export const lines = (...list: readonly string[]) => list.map((line) => `${line}\n`).join('');

export function session(text: string, limits: SessionLimits = DEFAULT_SESSION_LIMITS): Session {
  const read = readSession(bytesOf(text), limits);
  if (read === null) throw new Error('no session');
  return read;
}

export const hex = (value: bigint | null | undefined) => (value == null ? null : value.toString(16));

export const TASK = 'PID: 17  TASK: ffff8bae01268000  CPU: 0  COMMAND: "fetcher"';
export const FRAME = ' #0 [ffffd06940093b08] frob_commit at ffffffffc061a123 [frobnic]';
