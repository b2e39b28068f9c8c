import type { ValueReading } from './reading';
import type { Layout } from './layout';
import type { AreaRow } from './tables/areas';
import { hex, isWithin, type Word } from './word';

/** Text of an area whose base KASLR moved, from what is known of its neighbours. */
interface Place {
  readonly area: 'direct-map' | 'vmalloc' | 'vmemmap' | 'dynamic';
  readonly text: string;
}

const DIRECT: Place = { area: 'direct-map', text: 'direct map' };
const VMALLOC: Place = { area: 'vmalloc', text: 'vmalloc space' };

/** Upper halves: 1 is 4 GiB. */
const TERABYTE_HI = 256;

/**
 * x86_64 with CONFIG_RANDOMIZE_MEMORY keeps the order direct map, vmalloc, vmemmap (arch/x86/mm/kaslr.c) and moves
 * their bases, so only neighbours whose area the text gives away can place an address.
 */
function placeInRandomised(word: Word, layout: Layout): Place {
  let nearest: Layout['anchors'][number] | null = null;
  let highestDirect = -1;
  let lowestVmemmap = 0x1_0000_0000;
  for (const anchor of layout.anchors) {
    if (anchor.area === 'per-cpu' || anchor.area === 'direct-map')
      highestDirect = Math.max(highestDirect, anchor.hi);
    if (anchor.area === 'vmemmap') lowestVmemmap = Math.min(lowestVmemmap, anchor.hi);
    const closer = nearest === null || Math.abs(word.hi - anchor.hi) < Math.abs(word.hi - nearest.hi);
    if (closer) nearest = anchor;
  }
  if (word.hi <= highestDirect) return DIRECT;
  if (word.hi >= lowestVmemmap) return { area: 'vmemmap', text: 'vmemmap' };
  if (nearest !== null && Math.abs(word.hi - nearest.hi) <= TERABYTE_HI) {
    if (nearest.area === 'per-cpu' || nearest.area === 'direct-map') return DIRECT;
    if (nearest.area === 'vmalloc') return VMALLOC;
  }
  return layout.context.pagingLevels === 5 ? RANDOM : placeByBounds(word.hi);
}

const RANDOM: Place = {
  area: 'dynamic',
  text: 'direct map, vmalloc space or vmemmap (their bases are random on this kernel)',
};

/**
 * How far up and down the three areas can get with four levels: 117.5 TB less their own sizes (1 TB of memory and 10 of
 * padding, 32 TB, 1 TB) are shared out at most a third, then half of the rest, at a time.
 */
const LOWEST_VMALLOC_HI = 0xffff_9280;
const HIGHEST_DIRECT_HI = 0xffff_a800;
const LOWEST_VMEMMAP_HI = 0xffff_b380;

function placeByBounds(hi: number): Place {
  if (hi < LOWEST_VMALLOC_HI) return DIRECT;
  if (hi < HIGHEST_DIRECT_HI) return RANDOM;
  if (hi < LOWEST_VMEMMAP_HI) return VMALLOC;
  return { area: 'dynamic', text: 'vmalloc space or vmemmap (their bases are random on this kernel)' };
}

const LOG2_SIZE_LIMIT = 64;

/** Bits of evidence in a value that happens to fall into a range. */
function bitsOf(start: bigint, end: bigint): number {
  const size = Number(end - start);
  return Math.max(0, LOG2_SIZE_LIMIT - Math.log2(Math.max(size, 1)));
}

/** Range that the text names and the value lies in; the narrowest counts. */
export function readKnownRange(word: Word, layout: Layout): ValueReading | null {
  for (const known of layout.known) {
    if (!isWithin(known, word.hi, word.lo)) continue;
    const { range } = known;
    const offset = word.value - range.start;
    return {
      kind: 'known-range',
      text: `in ${range.name}, ${hex(offset)} behind its begin`,
      weightBits: bitsOf(range.start, range.end),
      confidence: 'certain',
      details: { name: range.name, area: range.area, offset },
    };
  }
  return null;
}

function kernelAddress({ area, text }: Place, source: string): ValueReading {
  return {
    kind: 'kernel-address',
    text: `kernel address: ${text}`,
    weightBits: 17,
    confidence: 'likely',
    details: { area, source },
  };
}

/** A shadow address, with the eight bytes that it stands for. */
function shadowOf(word: Word, row: AreaRow, shadowOffset: bigint): ValueReading {
  const target = (word.value - shadowOffset) << 3n;
  return {
    kind: 'kernel-address',
    text: `kernel address: ${row.text}, of ${hex(target)} if the kernel has generic KASAN`,
    weightBits: bitsOf(row.start, row.end),
    confidence: 'likely',
    details: { area: row.area, target, source: row.source },
  };
}

/** Area of a kernel address; `null` where it is on the kernel's side and in no area that is documented. */
export function readKernelAddress(word: Word, layout: Layout): ValueReading | null {
  for (const laid of layout.areas) {
    if (!isWithin(laid, word.hi, word.lo)) continue;
    const { row } = laid;
    if (row.area === 'kasan-shadow' && layout.shadowOffset !== null)
      return shadowOf(word, row, layout.shadowOffset);
    return {
      kind: 'kernel-address',
      text: `kernel address: ${row.text}`,
      weightBits: bitsOf(row.start, row.end),
      confidence: row.area.endsWith('hole') ? 'hint' : 'likely',
      details: { area: row.area, source: row.source },
    };
  }
  const { arch, kaslr } = layout.context;
  if (arch === 'x86_64' && kaslr !== false && word.hi < 0xffff_fe00) {
    const place = placeInRandomised(word, layout);
    return kernelAddress(place, 'arch/x86/mm/kaslr.c');
  }
  return null;
}
