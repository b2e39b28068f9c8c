import type { AddressArea, KnownRange, ValueContext, ValueReading, ValueRole } from './reading';
import { AREA_ROWS, type AreaRow } from './tables/areas';
import { POISON_DELTAS } from './tables/poison';
import { split, splitRange, type SplitRange, type Word } from './word';

export interface LaidArea extends SplitRange {
  readonly row: AreaRow;
}

export interface LaidRange extends SplitRange {
  readonly range: KnownRange;
}

/** What a context says, worked out once for all values of a crash. */
export interface Layout {
  readonly context: ValueContext;
  /** User addresses have an upper half below this. 0: user and kernel addresses cannot be told apart. */
  readonly userEndHi: number;
  /** Kernel addresses have an upper half from this on. */
  readonly kernelStartHi: number;
  readonly areas: readonly LaidArea[];
  readonly known: readonly LaidRange[];
  /** Upper half of POISON_POINTER_DELTA, its lower half; `null` where the architecture has none. */
  readonly poisonDelta: { readonly hi: number; readonly lo: number } | null;
  /** Good addresses of the same crash, kernel ones only, taken apart. */
  readonly pointers: readonly { readonly hi: number; readonly lo: number; readonly value: bigint }[];
  /** Areas of the randomised part of x86_64 whose place the text gives away. */
  readonly anchors: readonly { readonly area: AddressArea; readonly hi: number }[];
  /** Bytes of the kernel that read `from` the shadow begin, CONFIG_KASAN_SHADOW_OFFSET; `null`: not known. */
  readonly shadowOffset: bigint | null;
  /** What was said of values in this context. */
  readonly read: Map<bigint, readonly ValueReading[]>;
}

const POINTERS_LIMIT = 64;

/** Bits of virtual addresses, the likeliest where the text does not say. */
function virtualBits(context: ValueContext): number {
  if (context.arch === 'x86_64') return context.pagingLevels === 5 ? 57 : 48;
  if (context.arch === 'powerpc') return 52;
  return context.vaBits ?? (context.arch === 'riscv' ? 39 : 48);
}

function bordersOf(context: ValueContext, bits: number): { userEndHi: number; kernelStartHi: number } {
  if (context.widthBits === 32) return { userEndHi: 0, kernelStartHi: 0x1_0000_0000 };
  const { arch } = context;
  if (arch === 'powerpc') return { userEndHi: 0x0010_0000, kernelStartHi: 0xc000_0000 };
  // The kernel has an address space of its own there: no value tells the two apart.
  if (arch === 's390x') return { userEndHi: 0, kernelStartHi: 0x1_0000_0000 };
  if (arch === 'mips' || arch === 'loongarch') return { userEndHi: 0x0001_0000, kernelStartHi: 0x8000_0000 };
  // On arm64 each half has all the bits: what is the sign elsewhere chooses the table there.
  const half = 2 ** (bits - (arch === 'arm64' ? 32 : 33));
  return { userEndHi: half, kernelStartHi: 0x1_0000_0000 - half };
}

/** Taken apart once: each crash has a context of its own, and bigint arithmetic is dear. */
const laidRows: ReadonlyMap<string, readonly LaidArea[]> = new Map(
  Object.entries(Object.groupBy(AREA_ROWS, ({ arch, bits }) => `${arch} ${bits}`)).map(([key, rows]) => [
    key,
    (rows ?? []).map((row) => ({ ...splitRange(row.start, row.end), row })),
  ]),
);

function holds({ row }: LaidArea, context: ValueContext): boolean {
  if (row.moves && context.arch === 'x86_64' && context.kaslr !== false) return false;
  const release = context.release;
  if (release === null) return row.until === null;
  const reached = ([major, minor]: readonly [number, number]) =>
    release.major > major || (release.major === major && release.minor >= minor);
  return (row.since === null || reached(row.since)) && (row.until === null || !reached(row.until));
}

function shadowOffsetOf(context: ValueContext, bits: number): bigint | null {
  // CONFIG_KASAN_SHADOW_OFFSET in arch/{x86,arm64,riscv}/Kconfig, generic KASAN.
  if (context.arch === 'x86_64') return 0xdfff_fc00_0000_0000n;
  if (context.arch === 'riscv') return 0xdfff_ffff_0000_0000n;
  if (context.arch !== 'arm64') return null;
  const byBits: Readonly<Record<number, bigint>> = {
    39: 0xdfff_ffc0_0000_0000n,
    42: 0xdfff_fe00_0000_0000n,
    47: 0xdfff_c000_0000_0000n,
    48: 0xdfff_8000_0000_0000n,
    52: 0xdfff_8000_0000_0000n,
  };
  return byBits[bits] ?? null;
}

/** Highest upper half that the direct map of x86_64 with four levels reaches (see area.ts), and a terabyte of them. */
const DIRECT_END_HI = 0xffff_a800;
const TERABYTE_HI = 256;

/** A stack is in vmalloc space (CONFIG_VMAP_STACK) or in the direct map: it tells of which where the other is far off. */
function anchorsOf(anchors: Layout['anchors']): Layout['anchors'] {
  const direct = anchors.find(({ area }) => area === 'per-cpu' || area === 'direct-map');
  return anchors.map((anchor) => {
    if (anchor.area !== 'stack') return anchor;
    const far = anchor.hi >= DIRECT_END_HI || (direct !== undefined && anchor.hi > direct.hi + TERABYTE_HI);
    return far ? { area: 'vmalloc', hi: anchor.hi } : anchor;
  });
}

function build(context: ValueContext): Layout {
  const bits = virtualBits(context);
  const borders = bordersOf(context, bits);
  const delta = POISON_DELTAS.find((row) => row.arch === context.arch && context.widthBits === 64);
  const known = context.known
    .slice(0, POINTERS_LIMIT)
    .filter((range) => range.start >= 0n && range.end > range.start && range.end <= 1n << 64n);
  return {
    context,
    ...borders,
    areas: (laidRows.get(`${context.arch} ${bits}`) ?? []).filter((area) => holds(area, context)),
    known: known
      .map((range) => ({ ...splitRange(range.start, range.end), range }))
      .sort((a, b) => Number(a.range.end - a.range.start) - Number(b.range.end - b.range.start)),
    poisonDelta: delta === undefined ? null : split(delta.delta),
    pointers: context.pointers
      .slice(0, POINTERS_LIMIT)
      .map(split)
      .filter((one) => one.hi >= borders.kernelStartHi && one.hi < 0xffff_ffff + 1),
    anchors: anchorsOf(known.map((range) => ({ area: range.area, hi: split(range.start).hi }))),
    shadowOffset: context.widthBits === 64 ? shadowOffsetOf(context, bits) : null,
    read: new Map(),
  };
}

const layouts = new WeakMap<ValueContext, Layout>();
const inRoles = new WeakMap<ValueContext, Map<ValueRole, ValueContext>>();

/** The layout that a context describes; remembered as long as the context lives. */
export function layoutOf(context: ValueContext): Layout {
  const built = layouts.get(context);
  if (built !== undefined) return built;
  const layout = build(context);
  layouts.set(context, layout);
  return layout;
}

/** The same context for a value of which the text says more: shares the layout of `context`. */
export function inRole(context: ValueContext, role: ValueRole): ValueContext {
  if (role === context.role) return context;
  let known = inRoles.get(context);
  if (known === undefined) inRoles.set(context, (known = new Map<ValueRole, ValueContext>()));
  let changed = known.get(role);
  if (changed === undefined) {
    known.set(role, (changed = { ...context, role }));
    layouts.set(changed, { ...layoutOf(context), context: changed, read: new Map() });
  }
  return changed;
}

/** Which side of the address space a value is on; `neither`: it is no address, or none that can be told. */
export function sideOf(word: Word, layout: Layout): 'user' | 'kernel' | 'neither' {
  if (word.hi >= layout.kernelStartHi) return 'kernel';
  return word.hi < layout.userEndHi ? 'user' : 'neither';
}
