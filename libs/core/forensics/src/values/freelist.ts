import type { Layout } from './layout';
import type { AddressedWord, ValueReading } from './reading';
import { sideOf } from './layout';
import { readKernelAddress } from './area';
import { hex, toWord, type Word } from './word';

const MASK_64 = (1n << 64n) - 1n;
const SLUB = 'mm/slub.c, freelist_ptr()';

/** Bytes the other way round, as swab() does. */
function swab(value: bigint): bigint {
  let rest = value;
  let swapped = 0n;
  for (let i = 0; i < 8; i++) {
    swapped = (swapped << 8n) | (rest & 0xffn);
    rest >>= 8n;
  }
  return swapped;
}

/** The pointer behind a hardened freelist word, given the cache's secret: 5.7 began to swap the address's bytes. */
function decode(word: Word, layout: Layout): ValueReading | null {
  const secret = layout.context.freelist;
  if (secret === null) return null;
  for (const address of [swab(secret.pointerAddress & MASK_64), secret.pointerAddress & MASK_64]) {
    const target = word.value ^ (secret.random & MASK_64) ^ address;
    const decoded = toWord(target, layout.context);
    if (decoded === null || (target !== 0n && sideOf(decoded, layout) !== 'kernel')) continue;
    const area = target === 0n ? null : readKernelAddress(decoded, layout);
    if (target !== 0n && area === null) continue;
    return {
      kind: 'decoded-freelist',
      text:
        target === 0n
          ? 'end of the freelist, encoded'
          : `freelist pointer ${hex(target)}, encoded with the cache's secret`,
      weightBits: 30,
      confidence: 'likely',
      details: { target, source: SLUB },
    };
  }
  return null;
}

/**
 * A freelist word that is no address: CONFIG_SLAB_FREELIST_HARDENED encodes them, and without the cache's secret
 * nothing tells an encoded pointer from an overwritten one. So this is never evidence of data.
 */
export function readFreelist(word: Word, layout: Layout): ValueReading | null {
  if (layout.context.role !== 'freelist' || layout.context.widthBits !== 64) return null;
  const decoded = decode(word, layout);
  if (decoded !== null) return decoded;
  if (sideOf(word, layout) === 'kernel') return null;
  return {
    kind: 'obfuscated-freelist',
    text: 'may be an encoded freelist pointer (CONFIG_SLAB_FREELIST_HARDENED): it takes kmem_cache.random to tell',
    weightBits: 1,
    confidence: 'hint',
    details: { source: SLUB },
  };
}

/**
 * Whether two freelist words of one cache are encoded with the same secret: it cancels out, and what is left of two
 * pointers into the same memory has zeros on top. By accident true once in 2^20. Needs the addresses of both words.
 */
export function isSameFreelistSecret(one: AddressedWord, other: AddressedWord): boolean {
  if (one.value === null || other.value === null || one.address === other.address) return false;
  const mixed = one.value ^ other.value;
  if (mixed < 0n || mixed > MASK_64 || one.address < 0n || other.address < 0n) return false;
  const plain = mixed ^ one.address ^ other.address;
  const swapped = mixed ^ swab(one.address & MASK_64) ^ swab(other.address & MASK_64);
  // The same 16 TiB: pointers of one direct map, not those of two machines.
  return swapped >> 44n === 0n || plain >> 44n === 0n;
}
