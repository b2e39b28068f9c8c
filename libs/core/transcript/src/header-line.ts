import { HEADERS, type HeaderRow } from './tables/headers';
import { PANICS, type PanicRow } from './tables/panics';

/** Rows by the code of their first character: only lines that this table lets through meet a regular expression. */
const byFirst = new Map<number, HeaderRow[]>();
for (const row of HEADERS) {
  const code = row.first.charCodeAt(0);
  const rows = byFirst.get(code);
  if (rows) rows.push(row);
  else byFirst.set(code, [row]);
}

/** Words in which a header of each first character must have its second one: a cheap second gate. */
export function matchHeader(message: string): HeaderRow | null {
  const rows = byFirst.get(message.charCodeAt(0));
  if (!rows) return null;
  for (const row of rows) if (row.match.test(message)) return row;
  return null;
}

const PANIC = /^Kernel panic - not syncing:? ?(.*)/;

/** @returns the row for the message of a panic line and the message itself. */
export function matchPanic(message: string): { row: PanicRow; text: string } {
  const text = PANIC.exec(message)?.[1] ?? '';
  const row = PANICS.find((candidate) => candidate.match.test(text)) ?? PANICS[PANICS.length - 1];
  return { row: row as PanicRow, text };
}
