import { hash } from 'node:crypto';
import type { Shown } from './delivery';

export interface OwnedLine {
  readonly text: string;
  /** The failure that the line tells of; `null`: none. */
  readonly owner: string | null;
}

export interface ComposedText {
  readonly bytes: Uint8Array;
  readonly shows: readonly Shown[];
  /** Names a transcript as the collector does: by its host and its bytes. */
  facts(hostId: string): { readonly id: string; readonly sha256: string; readonly sizeBytes: number };
}

/** Lines to bytes, with the ranges that tell of each failure. */
export function composeText(lines: readonly OwnedLine[]): ComposedText {
  const shows: Shown[] = [];
  let at = 0;
  for (const { text, owner } of lines) {
    const end = at + Buffer.byteLength(text) + 1;
    const last = shows.at(-1);
    if (owner !== null) {
      if (last !== undefined && last.end === at && last.failureId === owner)
        shows[shows.length - 1] = { ...last, end };
      else shows.push({ start: at, end, failureId: owner });
    }
    at = end;
  }
  const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
  const sha256 = hash('sha256', bytes);
  return {
    bytes,
    shows,
    facts: (hostId) => ({
      id: hash('sha256', `default ${hostId} ${sha256}`).slice(0, 32),
      sha256,
      sizeBytes: bytes.length,
    }),
  };
}
