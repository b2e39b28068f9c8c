import type { ValueReading } from './reading';
import { countBits, type Word } from './word';

/** Numbers that people write have few digits: all but 28 of the 52 bits of the fraction are zero. */
const ZERO_BITS_LO = 24;
const FLOAT_ZERO_BITS = 12;
/** 2^-14 to 2^30: what sensors, sizes and factors are. */
const EXPONENT_FROM = 1023 - 14;
const EXPONENT_TO = 1023 + 30;

function floating(text: string, weightBits: number): ValueReading {
  return { kind: 'floating-point', text, weightBits, confidence: 'hint', details: { decoded: text } };
}

function readDouble(word: Word): ValueReading | null {
  if ((word.lo & (2 ** ZERO_BITS_LO - 1)) !== 0) return null;
  const exponent = (word.hi >>> 20) & 0x7ff;
  // Powers of two with a one-bit pattern are flags far more often than numbers.
  if (exponent < EXPONENT_FROM || exponent > EXPONENT_TO || countBits(word.hi) + countBits(word.lo) < 5)
    return null;
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, word.hi);
  view.setUint32(4, word.lo);
  return floating(`double ${view.getFloat64(0)}`, 29);
}

function isRoundFloat(bits: number): boolean {
  const exponent = (bits >>> 23) & 0xff;
  const small = exponent >= 127 - 10 && exponent <= 127 + 20;
  return small && (bits & (2 ** FLOAT_ZERO_BITS - 1)) === 0 && countBits(bits) >= 4;
}

/** A double with few digits, or two such floats in one word. One that uses all its bits looks like any other word. */
export function readFloating(word: Word): ValueReading | null {
  if (word.bytes.length < 8) return null;
  const double = readDouble(word);
  if (double !== null) return double;
  if (!isRoundFloat(word.hi) || !isRoundFloat(word.lo)) return null;
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, word.lo);
  view.setUint32(4, word.hi);
  return floating(`two floats ${view.getFloat32(0)}, ${view.getFloat32(4)}`, 28);
}
