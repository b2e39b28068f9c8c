import type { ValueContext } from './reading';

/** A value taken apart once, so that no recogniser needs bigint arithmetic. */
export interface Word {
  readonly value: bigint;
  /** Upper and lower 32 bits, unsigned. `hi` is 0 on 32-bit machines. */
  readonly hi: number;
  readonly lo: number;
  /** Bytes in memory order. */
  readonly bytes: Uint8Array;
}

const LIMIT_64 = 1n << 64n;
const LIMIT_32 = 1n << 32n;

/** `null` for what is no word of this machine. */
export function toWord(value: bigint, context: ValueContext): Word | null {
  const sizeBytes = context.widthBits === 32 ? 4 : 8;
  if (value < 0n || value >= (sizeBytes === 8 ? LIMIT_64 : LIMIT_32)) return null;
  const view = new DataView(new ArrayBuffer(sizeBytes));
  const little = context.littleEndian;
  if (sizeBytes === 4) {
    const lo = Number(value);
    view.setUint32(0, lo, little);
    return { value, hi: 0, lo, bytes: new Uint8Array(view.buffer) };
  }
  view.setBigUint64(0, value, little);
  const first = view.getUint32(0, little);
  const second = view.getUint32(4, little);
  const bytes = new Uint8Array(view.buffer);
  return little ? { value, hi: second, lo: first, bytes } : { value, hi: first, lo: second, bytes };
}

/** Half-open range of 64-bit values as pairs of 32-bit numbers; the end is kept inclusive. */
export interface SplitRange {
  readonly startHi: number;
  readonly startLo: number;
  readonly lastHi: number;
  readonly lastLo: number;
}

const MASK_32 = 0xffff_ffffn;

export function splitRange(start: bigint, end: bigint): SplitRange {
  const last = end - 1n;
  return {
    startHi: Number((start >> 32n) & MASK_32),
    startLo: Number(start & MASK_32),
    lastHi: Number((last >> 32n) & MASK_32),
    lastLo: Number(last & MASK_32),
  };
}

export function isWithin(range: SplitRange, hi: number, lo: number): boolean {
  if (hi < range.startHi || hi > range.lastHi) return false;
  if (hi === range.startHi && lo < range.startLo) return false;
  return hi !== range.lastHi || lo <= range.lastLo;
}

/** Lower-case hexadecimal with `0x`. */
export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** Bits that are set in a 32-bit number. */
export function countBits(value: number): number {
  let n = value - ((value >>> 1) & 0x5555_5555);
  n = (n & 0x3333_3333) + ((n >>> 2) & 0x3333_3333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** The byte at an index, 0 behind the end. */
export const byteAt = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;
