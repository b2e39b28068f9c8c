import type { Span } from '../reading';
import type { TextLine } from './text-lines';

/** A text put back in order, and where each of its bytes came from. */
export interface MendedText {
  readonly bytes: Uint8Array;
  /** The least span of the original text that holds all of a span of this one. */
  origin(span: Span): Span;
}

const NEWLINE = 10;

export function mendedText(original: Uint8Array, lines: readonly TextLine[]): MendedText {
  let size = 0;
  let count = 0;
  for (const { text, parts } of lines) {
    size += text.length + 1;
    count += parts.length;
  }
  const bytes = new Uint8Array(size);
  /** Where each part begins here, and where it came from. */
  const here = new Float64Array(count);
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  let at = 0;
  let n = 0;
  for (const { parts } of lines) {
    for (const part of parts) {
      here[n] = at;
      start[n] = part.start;
      end[n] = part.end;
      n++;
      const from =
        part.notice === undefined
          ? original.subarray(part.start, part.end)
          : Uint8Array.from(part.notice, (letter) => letter.charCodeAt(0));
      bytes.set(from, at);
      at += from.length;
    }
    bytes[at++] = NEWLINE;
  }
  return { bytes, origin: (span) => originOf(span, here, start, end) };
}

function originOf(span: Span, here: Float64Array, start: Float64Array, end: Float64Array): Span {
  const first = lastAtMost(here, span.start);
  let [from, to] = [Infinity, 0];
  for (let n = first; n < here.length; n++) {
    const at = here[n] ?? 0;
    if (n > first && at >= span.end) break;
    const length = (end[n] ?? 0) - (start[n] ?? 0);
    const skipped = Math.min(length, Math.max(0, span.start - at));
    const taken = Math.max(skipped, Math.min(length, span.end - at));
    from = Math.min(from, (start[n] ?? 0) + skipped);
    to = Math.max(to, (start[n] ?? 0) + taken);
  }
  return from === Infinity ? { start: 0, end: 0 } : { start: from, end: to };
}

/** Index of the last number that is not above `value`; numbers rise. */
function lastAtMost(numbers: Float64Array, value: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
