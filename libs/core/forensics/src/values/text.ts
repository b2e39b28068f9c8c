import type { Layout } from './layout';
import type { ValueReading } from './reading';
import { byteAt, type Word } from './word';

/**
 * Bits by which a byte speaks for text against random bytes, and what a change of the class of neighbours costs: text of
 * kernels and programs is lower case, digits, blanks and a few marks, in runs.
 */
const NONE = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const MARK = 4;
const RARE = 5;

const CLASS = new Uint8Array(256);
const BITS = new Float64Array(256);
{
  const assign = (from: number, to: number, kind: number, bits: number) => {
    for (let byte = from; byte <= to; byte++) {
      CLASS[byte] = kind;
      BITS[byte] = bits;
    }
  };
  assign(0x20, 0x7e, RARE, -2);
  assign(0x61, 0x7a, LOWER, 2.5);
  assign(0x41, 0x5a, UPPER, 0.8);
  assign(0x30, 0x39, DIGIT, 1.6);
  assign(0x20, 0x20, MARK, 4);
  for (const mark of '_-./:=,') assign(mark.charCodeAt(0), mark.charCodeAt(0), MARK, 1.5);
  assign(0x0a, 0x0a, MARK, 1.5);
  assign(0x09, 0x09, RARE, -0.5);
}
const SAME_CLASS_BITS = 1.2;
const OTHER_CLASS_BITS = -1.5;

/** Bits of one step in a text. */
export function textBits(byte: number, previous: number): number {
  const kind = CLASS[byte] ?? 0;
  const before = CLASS[previous] ?? 0;
  const step =
    before === NONE || before === MARK || kind === MARK
      ? 0
      : kind === before
        ? SAME_CLASS_BITS
        : before === UPPER && kind === LOWER
          ? 0
          : OTHER_CLASS_BITS;
  return (BITS[byte] ?? 0) + step;
}

export const isTextByte = (byte: number): boolean => CLASS[byte] !== NONE;

/** Printable text of a range, with control characters written out. */
export function spell(bytes: Uint8Array, start: number, end: number, step: 1 | 2): string {
  let text = '';
  for (let i = start; i < end; i += step) {
    const byte = byteAt(bytes, i);
    text += byte === 0x0a ? '\\n' : byte === 0x09 ? '\\t' : String.fromCharCode(byte);
  }
  return text;
}

const NEED_WHOLE = 14;
const NEED_PART = 13;
/** One NUL behind text. More of them say less: so end small numbers and addresses. */
const NUL_BITS = 4;
/** What looks like an address of a program, too, has to say more. */
const NEED_AS_USER_ADDRESS = 19;

function ascii(word: Word, start: number, end: number, bits: number): ValueReading {
  const decoded = spell(word.bytes, start, end, 1);
  const whole = start === 0 && end === word.bytes.length;
  const ended = start === 0 && !whole;
  const shape = whole ? '' : ended ? ', ended by NUL' : ', behind zeros';
  return {
    kind: whole || ended ? 'ascii' : 'ascii-part',
    text: `ASCII "${decoded}" in memory order${shape}`,
    weightBits: bits + (word.bytes.length - (end - start)) * 8,
    confidence: bits >= 18 && end - start >= 6 ? 'likely' : 'hint',
    details: { decoded },
  };
}

/** A word of text: all of it, ended by NULs, or beginning behind zeros. At least four characters. */
export function readAscii(word: Word, layout: Layout): ValueReading | null {
  const { bytes } = word;
  let start = 0;
  let end = bytes.length;
  while (start < end && bytes[start] === 0) start++;
  while (end > start && bytes[end - 1] === 0) end--;
  if (end - start < 4 || (start !== 0 && end !== bytes.length)) return null;
  let bits = 0;
  for (let i = start; i < end; i++) {
    const byte = byteAt(bytes, i);
    if (!isTextByte(byte)) return null;
    bits += textBits(byte, i === start ? 0 : byteAt(bytes, i - 1));
  }
  if (start === 0 && end === bytes.length - 1) bits += NUL_BITS;
  const user = word.hi < layout.userEndHi && word.hi !== 0;
  const need = user ? NEED_AS_USER_ADDRESS : start === 0 && end === bytes.length ? NEED_WHOLE : NEED_PART;
  if (bits < (layout.context.widthBits === 32 ? NEED_AS_USER_ADDRESS - 6 : need)) return null;
  return ascii(word, start, end, bits);
}

const UTF16_ZERO_BITS = 8;
/** More than any two characters reach. */
const NEED_UTF16 = 28;

/** UTF-16 of ASCII characters: every second byte is zero. At least three characters. */
export function readUtf16(word: Word): ValueReading | null {
  const { bytes } = word;
  if (bytes.length < 8) return null;
  const phase = bytes[0] === 0 ? 1 : 0;
  let bits = 0;
  let end = phase;
  let count = 0;
  for (let i = phase; i < 8; i += 2) {
    const byte = byteAt(bytes, i);
    const other = byteAt(bytes, i ^ 1);
    if (other !== 0) return null;
    if (byte === 0) break;
    if (!isTextByte(byte)) return null;
    bits += textBits(byte, count === 0 ? 0 : byteAt(bytes, i - 2)) + UTF16_ZERO_BITS;
    end = i + 2;
    count++;
  }
  for (let i = end; i < 8; i++) if (bytes[i] !== 0) return null;
  if (bits < NEED_UTF16) return null;
  const decoded = spell(bytes, phase, end, 2);
  const order = phase === 0 ? 'UTF-16LE' : 'UTF-16BE, or UTF-16LE at an odd address,';
  return {
    kind: 'utf-16',
    text: `${order} "${decoded}"`,
    weightBits: bits,
    confidence: count === 4 ? 'likely' : 'hint',
    details: { decoded },
  };
}
