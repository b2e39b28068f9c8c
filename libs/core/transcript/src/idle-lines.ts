import { LineStarts } from './line-starts';
import { behindPrefixes, behindStamp, FOREIGN, mayBeStamp, UNSURE } from './prefix-scan';

const SPACE = 0x20;
const TAB = 9;
const CR = 0x0d;
const NO_BREAK_SPACE = 0xa0;
const isControl = (code: number) => code === 0x1b || code === 0 || code === CR || code === 7 || code === 8;

/** A text as bytes and as letters, one for each byte. */
interface ScannedText {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** It holds control characters somewhere. */
  readonly control: boolean;
}

/**
 * Passes over the lines of a text that say nothing while no report is open. All of its work is done on bytes, without
 * an expression or an object for a line: a healthy log is nothing but such lines.
 */
export class IdleLines {
  /** Lines passed over by the last call. */
  passed = 0;
  /** Start of the last framed line among them, which said who prints; -1 for none. */
  lastFramed = -1;
  /** The next bracket of the text, from where it was last looked for. */
  private bracket = -1;

  constructor(
    private readonly scanned: ScannedText,
    private readonly maxLineBytes: number,
    private readonly starts: LineStarts,
    /** Asked for messages that begin like one of these. */
    private readonly matters: (message: string) => boolean,
  ) {}

  get control(): boolean {
    return this.scanned.control;
  }

  /** @returns start of the first line from `from` on that has to be read: it may matter, or is of no usual form. */
  pass(from: number): number {
    const { bytes, text, control } = this.scanned;
    const { starts } = this;
    const last = bytes.length - LineStarts.REACH;
    let start = from;
    this.passed = 0;
    this.lastFramed = -1;
    while (start < last) {
      const stamp = behindStamp(bytes, start);
      const plain = stamp > 0 && bytes[stamp] === SPACE && !mayGoOn(bytes, stamp + 1);
      const end = text.indexOf('\n', plain ? stamp : start);
      if (end < 0 || end > last || end - start > this.maxLineBytes) break;
      const message = plain ? stamp + 1 : behindPrefixes(bytes, start, end);
      if (message === UNSURE) break;
      const framed = message > start;
      const from = framed || message === FOREIGN ? message : behindBlanks(bytes, start, end);
      if (from === UNSURE || this.mayBeGlued(from < 0 ? start : from, end)) break;
      if (control && holdsControl(bytes, start, end)) break;
      if (message !== FOREIGN && starts.include(bytes, from) && this.matters(text.slice(from, end))) {
        // A line with a prefix says itself who prints.
        if (framed) this.lastFramed = -1;
        break;
      }
      if (framed) this.lastFramed = start;
      this.passed++;
      start = end + 1;
    }
    return start;
  }

  /** Whether a console glued another line on: a time stamp in the middle. */
  private mayBeGlued(message: number, end: number): boolean {
    const { bytes, text } = this.scanned;
    let bracket = this.bracket;
    if (bracket < message) bracket = nextBracket(text, message);
    while (bracket < end && !mayBeStamp(bytes, bracket)) bracket = nextBracket(text, bracket + 1);
    this.bracket = bracket;
    return bracket < end;
  }
}

function nextBracket(text: string, from: number): number {
  const found = text.indexOf('[', from);
  return found < 0 ? text.length : found;
}

/** Signs with which another prefix may begin: blanks, digits, `<`, `[`, the `k` of `kernel: `. */
const PREFIX_SIGNS = new Uint8Array(256);
for (const sign of ' \t0123456789<[k') PREFIX_SIGNS[sign.charCodeAt(0)] = 1;

/** Whether another prefix may follow behind a stamp; a date has its blanks in the fourth and seventh place. */
function mayGoOn(bytes: Uint8Array, at: number): boolean {
  return PREFIX_SIGNS[bytes[at] ?? 0] === 1 || (bytes[at + 3] === SPACE && bytes[at + 6] === SPACE);
}

/** Place behind the blanks of a line without prefix; below 0 where other white space may follow. */
function behindBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  const code = bytes[at] ?? 0;
  return at < end && (code < SPACE || code === NO_BREAK_SPACE) ? UNSURE : at;
}

/** Whether one stands inside of the line; carriage returns at its end are part of the line end. */
function holdsControl(bytes: Uint8Array, start: number, end: number): boolean {
  while (end > start && bytes[end - 1] === CR) end--;
  for (let at = start; at < end; at++) if (isControl(bytes[at] ?? SPACE)) return true;
  return false;
}
