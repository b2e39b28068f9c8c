import type { Line } from '../framing';
import { behindHex, hexValue } from '../hex-value';
import type { Span } from '../reading';
import { spanOf } from '../text';

/** A line of a session, with the place of its text in the transcript. */
export interface SessionLine {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Offset of the message's first byte; `null` where control characters were taken out of the line. */
  readonly base: number | null;
}

export function sessionLine({ message, start, end }: Line, text: string): SessionLine {
  return new PlacedLine(message, start, end, text);
}

/** Most lines of a text are none whose parts are placed. */
class PlacedLine implements SessionLine {
  private placed: number | null | undefined = undefined;

  constructor(
    readonly message: string,
    readonly start: number,
    readonly end: number,
    private readonly text: string,
  ) {}

  get base(): number | null {
    if (this.placed === undefined) this.placed = baseOf(this.message, this.start, this.end, this.text);
    return this.placed;
  }
}

/** A line whose places nobody asks for. */
export function unplacedLine({ message, start, end }: Line): SessionLine {
  return { message, start, end, base: null };
}

function baseOf(message: string, start: number, end: number, text: string): number | null {
  const base = end - message.length;
  if (base >= start && text.startsWith(message, base)) return base;
  // Another line was glued to this one.
  const at = text.slice(start, end).indexOf(message);
  return at < 0 ? null : start + at;
}

export function wholeSpan(line: SessionLine): Span {
  return spanOf(line.start, line.end);
}

/** Bytes of a part of the line; the whole line where its letters cannot be placed. */
export function partSpan(line: SessionLine, from: number, length: number): Span {
  return line.base === null
    ? wholeSpan(line)
    : spanOf(line.base + from, Math.min(line.end, line.base + from + length));
}

/** crash(8) prints offsets in decimal, or behind `0x` (`bt -x`, `set radix 16`). */
export function offsetOf(digits: string | undefined): number | null {
  if (digits === undefined) return null;
  const value = digits.startsWith('0x') ? Number.parseInt(digits, 16) : Number(digits);
  return Number.isSafeInteger(value) ? value : null;
}

const ADDRESS = /^[0-9a-f]{1,16}$/i;

/** Address printed without `0x`, 16 digits at most. */
export function addressOf(digits: string | undefined): bigint | null {
  if (digits === undefined) return null;
  const { length } = digits;
  if (length > 0 && length <= 16 && behindHex(digits, 0, 16) === length) return hexValue(digits);
  return ADDRESS.test(digits) ? BigInt(`0x${digits}`) : null;
}

/** Index of the first letter that is no blank. */
export function indentOf(message: string): number {
  let at = 0;
  while (at < message.length && message.charCodeAt(at) <= 0x20) at++;
  return at;
}
