import type { Span } from '../reading';

/** A stretch of the text, or words that are in no text: what is known to be missing at its place. */
export interface Part extends Span {
  readonly notice?: string;
}

/** A line as the kernel printed it, be its bytes wherever they are. */
export interface TextLine {
  readonly text: string;
  readonly parts: readonly Part[];
}

const CR = 13;

/** Lines of a text that is decoded one character a byte; `null` where there are more of them. */
export function linesOf(text: string, maxLines: number): TextLine[] | null {
  const lines: TextLine[] = [];
  for (let start = 0; start < text.length;) {
    if (lines.length === maxLines) return null;
    const next = text.indexOf('\n', start) + 1 || text.length + 1;
    let end = next - 1;
    while (end > start && text.charCodeAt(end - 1) === CR) end--;
    lines.push({ text: text.slice(start, end), parts: [{ start, end }] });
    start = next;
  }
  return lines;
}

/** The line's characters `[from, to)`. */
export function partOf(line: TextLine, from: number, to = line.text.length): TextLine {
  const parts: Part[] = [];
  let at = 0;
  for (const part of line.parts) {
    const length = part.notice?.length ?? part.end - part.start;
    const first = Math.max(from - at, 0);
    const last = Math.min(to - at, length);
    if (first < last)
      parts.push(
        part.notice === undefined
          ? { start: part.start + first, end: part.start + last }
          : { ...part, notice: part.notice.slice(first, last) },
      );
    at += length;
  }
  return { text: line.text.slice(from, to), parts };
}

export function joined(lines: readonly TextLine[]): TextLine {
  return { text: lines.map((line) => line.text).join(''), parts: lines.flatMap((line) => line.parts) };
}

/** A line that tells of what the text lacks. `place` is where in the text it would have stood. */
export function notice(text: string, place: number): TextLine {
  return { text, parts: [{ start: place, end: place, notice: text }] };
}

/** The same line without what `pattern`, a global expression, finds and `goes` agrees to. */
export function without(
  line: TextLine,
  pattern: RegExp,
  goes: (at: number, found: string) => boolean,
): TextLine {
  const kept: TextLine[] = [];
  let from = 0;
  for (const match of line.text.matchAll(pattern)) {
    if (!goes(match.index, match[0])) continue;
    kept.push(partOf(line, from, match.index));
    from = match.index + match[0].length;
  }
  return from === 0 && kept.length === 0 ? line : joined([...kept, partOf(line, from)]);
}

/** The line in pieces that begin at the given places, in rising order. */
export function splitAt(line: TextLine, places: readonly number[]): TextLine[] {
  const inside = places.filter((place) => place > 0 && place < line.text.length);
  if (inside.length === 0) return [line];
  return [0, ...inside].map((place, n) => partOf(line, place, inside[n]));
}
