import { joined, type TextLine } from './text-lines';

/** Widths of consoles and terminals. */
export const COLUMNS: ReadonlySet<number> = new Set([80, 100, 120, 132, 160]);
export const MOST_COLUMNS: number = Math.max(...COLUMNS);
/** Wrapped lines by which a width shows in a text whose lines have no prefix. */
const LEAST_BARE = 2;
/** Pieces of one line: more than any line that is looked at has. */
const MAX_PIECES = 64;

/** How a line of a capture begins, as far as telling it from the rest of a wrapped one needs. */
const FRAMED =
  /^\s*(?:<\d{1,3}>|\[ *\d{1,12}\.\d{3,9}|(?:\d+\.\d[^,\s]{0,60},)?\d{1,3},\d+,\d+,|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:|\d{4}-\d\d-\d\d[ T]|kern +:|kernel:|\[[A-Z][a-z]{2} )/;

/**
 * Width of the console that wrapped the lines: none is longer, and each that is as long goes on in a line without a prefix.
 *
 * @returns 0 where nothing shows that lines were wrapped.
 */
export function columnsOf(lines: readonly string[]): number {
  let columns = 0;
  for (const line of lines) columns = Math.max(columns, line.length);
  if (!COLUMNS.has(columns)) return 0;
  let [full, framed, goOn] = [0, 0, 0];
  lines.forEach((line, n) => {
    const isFramed = FRAMED.test(line);
    if (isFramed) framed++;
    if (line.length !== columns) return;
    const next = lines[n + 1];
    if (next === undefined) return;
    full++;
    if (next !== '' && !FRAMED.test(next)) goOn++;
  });
  if (framed * 4 >= lines.length) return goOn > 0 && goOn * 4 >= full * 3 ? columns : 0;
  return goOn >= LEAST_BARE && goOn === full ? columns : 0;
}

/** Puts the pieces of wrapped lines together. */
export function unwrapped(lines: readonly TextLine[], columns: number): TextLine[] {
  const whole: TextLine[] = [];
  for (let n = 0; n < lines.length; n++) {
    const pieces = lines.slice(n, n + 1);
    for (let last = lines[n]; last?.text.length === columns; last = lines[n]) {
      const next = lines[n + 1];
      if (next === undefined || FRAMED.test(next.text) || pieces.length === MAX_PIECES) break;
      pieces.push(next);
      n++;
    }
    whole.push(joined(pieces));
  }
  return whole;
}
