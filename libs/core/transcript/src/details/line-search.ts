import { readLine, type Line } from '../framing';
import { searchRare, type RareSearch } from '../rare-search';

const CR = 13;

/** The line around `at`, without its end. */
function lineAround(text: string, at: number): { readonly start: number; readonly end: number } {
  const end = text.indexOf('\n', at);
  return { start: text.lastIndexOf('\n', at) + 1, end: end < 0 ? text.length : end };
}

/** Reads one line, or the several that a console glued together; their places are offsets into `text`. */
export function readAround(
  text: string,
  at: number,
  maxLineBytes: number,
  each: (line: Line) => void,
): number {
  const { start, end } = lineAround(text, at);
  let last = end;
  while (last > start && text.charCodeAt(last - 1) === CR) last--;
  readLine(text, start, Math.min(last, start + maxLineBytes), { base: 0, number: 0, control: true, each });
  return start;
}

/** Lines that hold the literal, without their prefixes; stops where `each` says true. */
export function eachWith(
  text: string,
  search: RareSearch,
  maxLineBytes: number,
  each: (line: Line) => boolean,
): void {
  for (let at = searchRare(text, search, 0); at >= 0;) {
    let done = false;
    readAround(text, at, maxLineBytes, (line) => {
      done ||= each(line);
    });
    if (done) return;
    at = searchRare(text, search, Math.max(lineAround(text, at).end, at + 1));
  }
}

/** Lines that hold any of the literals, in the order of the text. */
export function eachWithAny(
  text: string,
  searches: readonly RareSearch[],
  maxLineBytes: number,
  each: (line: Line) => void,
): void {
  const starts = new Set<number>();
  for (const search of searches) {
    for (let at = searchRare(text, search, 0); at >= 0;) {
      const { start, end } = lineAround(text, at);
      starts.add(start);
      at = searchRare(text, search, Math.max(end, at + 1));
    }
  }
  for (const start of [...starts].sort((a, b) => a - b)) readAround(text, start, maxLineBytes, each);
}
