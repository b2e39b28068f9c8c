import type { Layout } from './layout';
import type { ValueReading } from './reading';
import { ERRNO_NAMES } from './tables/errno';
import { hex, type Word } from './word';

const MAX_ERRNO = 4095;
/** Sizes, counts, descriptors, system call numbers: what programs count. */
const SMALL_LIMIT = 0x1_0000;
const PAGE_SIZE = 0x1000;
/** include/linux/slab.h */
const ZERO_SIZE_PTR = 16;

/** errno numbers above this differ on mips (arch/mips/include/uapi/asm/errno.h). */
const SHARED_ERRNO = 34;

function errorName(errno: number, layout: Layout): string | undefined {
  if (layout.context.arch === 'mips' && errno > SHARED_ERRNO && errno < 512) return undefined;
  return ERRNO_NAMES.get(errno);
}

function fixed(kind: 'zero' | 'all-ones', text: string): ValueReading {
  return { kind, text, weightBits: 64, confidence: 'certain', details: {} };
}

/** Zero and −1: exact, and no more can be said of them. */
export function readConstant(word: Word, layout: Layout): ValueReading | null {
  if (word.lo === 0 && word.hi === 0)
    return fixed('zero', layout.context.role === 'address' ? 'NULL' : 'zero');
  const wide = layout.context.widthBits === 64;
  if (word.lo === 0xffff_ffff && (!wide || word.hi === 0xffff_ffff))
    return fixed('all-ones', 'all bits set (−1, ~0)');
  return null;
}

/** ERR_PTR and negative results, in full width or as an int. */
export function readError(word: Word, layout: Layout): ValueReading | null {
  const errno = 0x1_0000_0000 - word.lo;
  if (errno > MAX_ERRNO) return null;
  const wide = layout.context.widthBits === 64;
  const full = !wide || word.hi === 0xffff_ffff;
  if (!full && word.hi !== 0) return null;
  const name = errorName(errno, layout);
  if (name === undefined && !full) return null;
  const named = name === undefined ? '' : ` (−${name})`;
  const used = layout.context.role === 'address';
  return {
    kind: full ? 'error-pointer' : 'negative-integer',
    text: full
      ? `−${errno}${named}: error pointer${used ? ' used as an address, if no field is added to it' : ' or negative result'}`
      : `−${errno}${named} as a 32-bit number`,
    weightBits: name === undefined ? 20 : full ? 55 : 40,
    confidence: name === undefined ? 'hint' : 'likely',
    details: { ...(name === undefined ? {} : { name }), source: 'include/linux/err.h' },
  };
}

/** Numbers too small to be anything else. */
export function readSmall(word: Word, layout: Layout): ValueReading | null {
  if (word.hi !== 0 || word.lo >= SMALL_LIMIT) return null;
  if (layout.context.role === 'address' && word.lo < PAGE_SIZE) {
    return {
      kind: 'null-offset',
      text: `NULL + ${hex(word.lo)}: field of a structure at NULL${word.lo === ZERO_SIZE_PTR ? ', or ZERO_SIZE_PTR of a kmalloc(0)' : ''}`,
      weightBits: 52,
      confidence: 'likely',
      details: { offset: BigInt(word.lo), target: 0n },
    };
  }
  return {
    kind: 'small-integer',
    text: `small number ${word.lo}`,
    weightBits: 48,
    confidence: 'likely',
    details: { offset: BigInt(word.lo) },
  };
}

/** What the text calls a per-CPU offset. */
export function readPerCpuOffset(word: Word, layout: Layout): ValueReading | null {
  if (layout.context.role !== 'per-cpu-offset' || word.hi !== 0) return null;
  return {
    kind: 'per-cpu-offset',
    text: `offset ${hex(word.lo)} into the per-CPU area`,
    weightBits: 32,
    confidence: 'likely',
    details: { offset: BigInt(word.lo) },
  };
}
