import type { Layout } from './layout';
import type { ValueReading } from './reading';
import { countBits, hex, isWithin, type SplitRange, type Word } from './word';

/** Upper bits that a flipped pointer must share with a good one: the same 16 MiB. */
const NEAR_SHIFT = 24;

function flip(word: Word, bit: number, name: string, weightBits: number, likely: boolean): ValueReading {
  const target = word.value ^ (1n << BigInt(bit));
  return {
    kind: 'bit-flip',
    text: `${hex(target)} (${name}) with bit ${bit} flipped`,
    weightBits,
    confidence: likely ? 'likely' : 'hint',
    details: { bit, target, name },
  };
}

/** Bit in which two words differ, if it is only one; else −1. */
function differingBit(hi: number, lo: number): number {
  const high = countBits(hi);
  const low = countBits(lo);
  if (high + low !== 1) return -1;
  return low === 1 ? 31 - Math.clz32(lo) : 63 - Math.clz32(hi);
}

/** Ranges larger than this hold too much for a flip into them to say anything. */
const LARGE = 1n << 28n;

/** Bit of the upper half whose flip puts a word into a range; −1: none does. */
function flipInto(word: Word, range: SplitRange): number {
  for (const hi of [range.startHi, range.lastHi]) {
    const bit = differingBit((word.hi ^ hi) >>> 0, 0);
    if (bit >= 32 && isWithin(range, hi, word.lo)) return bit;
  }
  return -1;
}

/** One bit away from an address of this crash itself: asked of addresses where nothing is mapped, too. */
export function readExactFlip(word: Word, layout: Layout): ValueReading | null {
  for (const pointer of layout.pointers) {
    const bit = differingBit((word.hi ^ pointer.hi) >>> 0, (word.lo ^ pointer.lo) >>> 0);
    if (bit >= 0) return flip(word, bit, 'seen elsewhere in this crash', 58, true);
  }
  return null;
}

/**
 * One bit away from something that this crash used as an address. Asked only of values that are no address: good
 * pointers differ from their neighbours in one bit all the time.
 */
export function readBitFlip(word: Word, layout: Layout): ValueReading | null {
  const exact = readExactFlip(word, layout);
  if (exact !== null) return exact;
  for (const pointer of layout.pointers) {
    const low = (word.lo ^ pointer.lo) >>> NEAR_SHIFT;
    const bit = low === 0 ? differingBit((word.hi ^ pointer.hi) >>> 0, 0) : -1;
    if (bit >= 0) return flip(word, bit, 'near an address of this crash', 33, false);
  }
  for (const known of layout.known) {
    const bit = flipInto(word, known);
    if (bit >= 0)
      return flip(word, bit, `in ${known.range.name}`, 30, known.range.end - known.range.start < LARGE);
  }
  return null;
}

/** The lower half of a pointer of this crash, as an int holds it. */
export function readTruncated(word: Word, layout: Layout): ValueReading | null {
  if (word.hi !== 0 || word.lo < 0x100_0000) return null;
  for (const pointer of layout.pointers) {
    if (pointer.lo !== word.lo) continue;
    return {
      kind: 'truncated-pointer',
      text: `lower half of ${hex(pointer.value)}, an address of this crash`,
      weightBits: 26,
      confidence: 'likely',
      details: { target: pointer.value },
    };
  }
  return null;
}

/** Bytes of two neighbouring pointers: the word was read at an address that is not its own. */
export function readShifted(word: Word, layout: Layout): ValueReading | null {
  for (const pointer of layout.pointers) {
    const top = pointer.hi >>> 8;
    // Addresses of the image begin with bytes that −1 has too.
    if (top === 0xff_ffff) continue;
    // A pointer's upper bytes stand at the upper end; seen k bytes lower, the word was read k bytes too far.
    for (let bytes = 1; bytes <= 5; bytes++) {
      const at = 40 - 8 * bytes;
      const value = at >= 32 ? word.hi : at === 0 ? word.lo : (word.hi << (32 - at)) | (word.lo >>> at);
      if ((value & 0xff_ffff) !== top) continue;
      return {
        kind: 'shifted-pointer',
        text: `pointers read ${bytes} byte${bytes === 1 ? '' : 's'} off: the upper bytes of an address like ${hex(pointer.value)} stand in its middle`,
        weightBits: 22,
        confidence: 'hint',
        details: { offset: BigInt(bytes), target: pointer.value },
      };
    }
  }
  return null;
}
