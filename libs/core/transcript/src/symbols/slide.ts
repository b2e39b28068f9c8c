import type { Anchor } from './anchors';
import type { SymbolRange, SymbolRegion } from './symbol-region';

/** How far code stands from where the map has it. */
export type Slide =
  | {
      readonly state: 'solved';
      readonly slide: bigint;
      /** Lines with a name and an address that agree on it; 0: nothing but the kernel's word, or chance, speaks for it. */
      readonly votes: number;
    }
  /** The text's own names and addresses contradict the map, or each other: it is of another build. */
  | { readonly state: 'mismatch'; readonly disagreements: readonly string[] }
  /** Nothing in the text tells, or it tells of several places alike. */
  | { readonly state: 'unknown' };

const MIB = 1n << 20n;
/** Modules are placed by pages. */
export const MODULE_ALIGNMENT = 4096n;
/** A name that so many functions share decides nothing. */
const MAX_NAMESAKES = 16;
const MAX_DISAGREEMENTS = 5;
/** For so many anchors that fit, one function may have another size: veneers of linkers are in some maps only. */
const FITS_FOR_A_SIZE = 10;
const FEW = 3;

/**
 * What a kernel is moved by is a multiple of this. x86_64: CONFIG_PHYSICAL_ALIGN is 2 MiB at least; riscv moves by
 * PMD_SIZE; arm64 by what the EFI stub aligns to (64 KiB), powerpc and loongarch by that or more; others by pages.
 */
export function alignmentOf(region: SymbolRegion): bigint {
  if (region.start >= 0xffff_ffff_8000_0000n) return 2n * MIB;
  return region.start >= 1n << 63n ? MIB >> 4n : MODULE_ALIGNMENT;
}

/** An anchor with the slides at which it fits the map. */
interface Fit {
  readonly anchor: Anchor;
  readonly slides: ReadonlySet<bigint>;
  readonly ranges: readonly SymbolRange[];
}

/** Every anchor votes, and every one that may contradict must agree. */
export function solveSlide(
  region: SymbolRegion,
  alignment: bigint,
  anchors: readonly Anchor[],
  stated: readonly bigint[],
): Slide {
  const fits: Fit[] = [];
  const strangers: Anchor[] = [];
  for (const anchor of anchors) {
    const ranges = region.rangesOf(anchor.name);
    if (ranges.length === 0 && anchor.decides) strangers.push(anchor);
    if (ranges.length === 0 || ranges.length > MAX_NAMESAKES) continue;
    const slides = slidesOf(anchor, ranges, alignment);
    if (slides !== null) fits.push({ anchor, slides, ranges });
  }
  const { slide, tied } = elect(fits, stated);
  const against = fits.filter((fit) => fit.anchor.decides && (slide === null || !fit.slides.has(slide)));
  const misstated = stated
    .filter((one) => one !== slide)
    .map((one) => `moved by ${hex(one)} as the text says`);
  if (against.length > 0 || misstated.length > 0)
    return mismatch([...misstated, ...against.map((fit) => wording(fit.anchor, 'stands elsewhere'))]);
  return slide === null || tied ? { state: 'unknown' } : judge(fits, strangers, slide);
}

/** What a map of another build, by chance aligned, would not have right: the functions' sizes, and that they exist. */
function judge(fits: readonly Fit[], strangers: readonly Anchor[], slide: bigint): Slide {
  const agreeing = fits.filter((fit) => fit.slides.has(slide));
  const votes = agreeing.length;
  const resized = fits.filter(
    ({ anchor, ranges }) => anchor.size !== null && !ranges.some(({ size }) => size === anchor.size),
  );
  if (resized.length > Math.floor(votes / FITS_FOR_A_SIZE))
    return mismatch(resized.map((fit) => wording(fit.anchor, 'has another size')));
  if (strangers.length > votes)
    return mismatch(strangers.map((anchor) => wording(anchor, 'is not in the map')));
  // Frames without offset stand somewhere in a function: a few may do so by chance.
  const exact = votes >= FEW || agreeing.some(({ anchor }) => anchor.offset !== null);
  return { state: 'solved', slide, votes: exact ? votes : 0 };
}

/** The slide that most anchors fit; `tied`: another one fits as many. */
function elect(fits: readonly Fit[], stated: readonly bigint[]): { slide: bigint | null; tied: boolean } {
  const votes = new Map<bigint, number>();
  for (const { slides } of fits) for (const slide of slides) votes.set(slide, (votes.get(slide) ?? 0) + 1);
  // The kernel's own word decides between equals, and stands alone where there are no anchors.
  for (const slide of new Set(stated)) votes.set(slide, (votes.get(slide) ?? 0) + 0.5);
  let best: bigint | null = null;
  let most = 0;
  let tied = false;
  for (const [slide, count] of votes) {
    if (count === most) tied = true;
    if (count <= most) continue;
    best = slide;
    most = count;
    tied = false;
  }
  return { slide: best, tied };
}

/** `null`: the function is longer than the alignment and the place in it unknown, so that it tells nothing. */
function slidesOf(
  anchor: Anchor,
  ranges: readonly SymbolRange[],
  alignment: bigint,
): ReadonlySet<bigint> | null {
  const slides = new Set<bigint>();
  for (const { address, size } of ranges) {
    const beyond = anchor.address - address;
    if (anchor.offset === null) {
      if (BigInt(size) >= alignment) return null;
      const slide = beyond - (((beyond % alignment) + alignment) % alignment);
      if (beyond - slide <= BigInt(size)) slides.add(slide);
      continue;
    }
    const slide = beyond - BigInt(anchor.offset);
    // A call that never returns may be the last instruction: its return address is the function's end.
    if (slide % alignment === 0n && anchor.offset <= size) slides.add(slide);
  }
  return slides;
}

function mismatch(disagreements: readonly string[]): Slide {
  return { state: 'mismatch', disagreements: [...new Set(disagreements)].slice(0, MAX_DISAGREEMENTS) };
}

function wording({ name, offset, address }: Anchor, trouble: string): string {
  return `${name}${offset === null ? '' : `+${hex(BigInt(offset))}`} at ${address.toString(16)} ${trouble}`;
}

function hex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
