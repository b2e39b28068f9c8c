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
  const wide = context.widthBits === 64;
  if (value < 0n || value >= (wide ? LIMIT_64 : LIMIT_32)) return null;
  if (!wide) return new SplitWord(value, 0, Number(value), context);
  halves.setBigUint64(0, value);
  return new SplitWord(value, halves.getUint32(0), halves.getUint32(4), context);
}

/** Room to take a value apart in. */
const halves = new DataView(new ArrayBuffer(8));

/** Most values are told by their halves alone: the bytes are made where somebody asks for them. */
class SplitWord implements Word {
  private laid: Uint8Array | null = null;

  constructor(
    readonly value: bigint,
    readonly hi: number,
    readonly lo: number,
    private readonly context: ValueContext,
  ) {}

  get bytes(): Uint8Array {
    this.laid ??= bytesOf(this, this.context);
    return this.laid;
  }
}

function bytesOf({ hi, lo }: Word, { widthBits, littleEndian }: ValueContext): Uint8Array {
  const bytes = new Uint8Array(widthBits / 8);
  const last = bytes.length - 1;
  for (let n = 0; n <= last; n += 1)
    bytes[littleEndian ? n : last - n] = (n < 4 ? lo >>> (8 * n) : hi >>> (8 * (n - 4))) & 0xff;
  return bytes;
}

/** Half-open range of 64-bit values as pairs of 32-bit numbers; the end is kept inclusive. */
export interface SplitRange {
  readonly startHi: number;
  readonly startLo: number;
  readonly lastHi: number;
  readonly lastLo: number;
}

/** The lower 64 bits of a value as two halves. */
export function split(value: bigint): { readonly hi: number; readonly lo: number; readonly value: bigint } {
  halves.setBigUint64(0, value);
  return { hi: halves.getUint32(0), lo: halves.getUint32(4), value };
}

export function splitRange(start: bigint, end: bigint): SplitRange {
  const { hi: startHi, lo: startLo } = split(start);
  const { hi: lastHi, lo: lastLo } = split(end - 1n);
  return { startHi, startLo, lastHi, lastLo };
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
