import { literalStarts } from '../literal-starts';

/**
 * Finds, by the first letter of a line, the rows whose expression may match it: few lines are worth more than one or two
 * expressions. Rows keep their order.
 */
export function rowsByFirst<Row extends { readonly match: RegExp }>(
  rows: readonly Row[],
): (text: string) => readonly Row[] {
  const firsts = rows.map((row) => new Set(literalStarts(row.match).map((start) => start.charCodeAt(0))));
  const mayBegin = (code: number) =>
    rows.filter((_, i) => firsts[i]?.has(code) === true || firsts[i]?.has(Number.NaN) === true);
  const byCode = Array.from({ length: 128 }, (_, code) => mayBegin(code));
  const others = mayBegin(-1);
  return (text) => byCode[text.charCodeAt(0)] ?? others;
}

export function firstMatch<Row extends { readonly match: RegExp }>(
  rows: readonly Row[],
  text: string,
): Row | undefined {
  for (const row of rows) if (row.match.test(text)) return row;
  return undefined;
}
