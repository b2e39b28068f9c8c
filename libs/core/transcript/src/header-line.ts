import { lineStarts, literalStarts } from './literal-starts';
import { HEADERS, type HeaderRow } from './tables/headers';
import { OTHER_PANIC, PANICS, type PanicRow } from './tables/panics';

/** Two ASCII letters as one number. */
const pairOf = (first: number, second: number) => (first << 7) | second;
const PAIRS = 128 * 128;

/** Rows by the first two letters of the line: only lines that this table lets through meet a regular expression. */
const byPair: (HeaderRow[] | undefined)[] = new Array<HeaderRow[] | undefined>(PAIRS).fill(undefined);

/** Everything with which a line that is a header begins, as `lineStarts` says it. */
export const HEADER_STARTS: readonly string[] = HEADERS.flatMap((row) =>
  lineStarts(row.match).map((start) => (start === '' ? row.first : start)),
);

for (const row of HEADERS) {
  const pairs = new Set<number>();
  for (const literal of literalStarts(row.match)) {
    const start = literal === '' ? row.first : literal;
    const first = start.charCodeAt(0);
    if (start.length > 1) pairs.add(pairOf(first, start.charCodeAt(1)));
    else for (let second = 0; second < 128; second++) pairs.add(pairOf(first, second));
  }
  for (const pair of pairs) (byPair[pair] ??= []).push(row);
}

export function matchHeader(message: string): HeaderRow | null {
  if (message.length < 2) return null;
  const first = message.charCodeAt(0);
  const second = message.charCodeAt(1);
  if (first >= 128 || second >= 128) return null;
  const rows = byPair[pairOf(first, second)];
  if (rows === undefined) return null;
  for (const row of rows) if (row.match.test(message)) return row;
  return null;
}

const PANIC = /^Kernel panic - not syncing:? ?(.*)/;

/** @returns the row for the message of a panic line and the message itself. */
export function matchPanic(message: string): { row: PanicRow; text: string } {
  const text = PANIC.exec(message)?.[1] ?? '';
  return { row: PANICS.find((row) => row.match.test(text)) ?? OTHER_PANIC, text };
}
