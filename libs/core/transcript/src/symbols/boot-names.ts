import type { Anchor, StatedOffset } from './anchors';
import type { BareAddress, BootEvidence } from './boot-evidence';
import { modulePlace, type ModuleRanges } from './module-ranges';
import type { NameOf } from './name-line';
import { alignmentOf, MODULE_ALIGNMENT, solveSlide, type Slide } from './slide';
import type { SymbolMap } from './symbol-map';
import type { SymbolPlace, SymbolRegion } from './symbol-region';

/** How a map was fitted to one boot. */
export interface BootFit {
  readonly state: 'solved' | 'assumed' | 'unsolved' | 'mismatch' | 'not-needed';
  readonly slide: bigint | null;
  readonly anchors: number;
  readonly disagreements: readonly string[];
}

const KERNEL_WINDOW = 0xffff_ffff_8000_0000n;
/** arch/x86/include/asm/pgtable_64_types.h MODULES_VADDR where the kernel may be moved. */
const MODULE_WINDOW = 0xffff_ffff_c000_0000n;
/** arch/x86/include/asm/page_types.h __START_KERNEL of all distributions. */
const X86_LINKED = 0xffff_ffff_8100_0000n;
const TWO_MIB = 1n << 21n;
/** Each address is looked up in all of them: a stack passes through a few modules. */
const MAX_REGIONS = 256;

/** Where stacks begin: an address there, taken for another function by a wrong slide, is most unlikely to be one of these. */
const STACK_ROOT =
  /^(?:entry_\w+|system_call\w*|ret_\w+|kthread|kthreadd|kernel_thread_\w+|child_rip|start_secondary|secondary_\w+|start_kernel|x86_64_start_\w+|cpu_startup_entry|cpu_idle|el0\w*|do_syscall_\w+|vector_swi|__primary_switched|tracesys|sysenter_\w+)$/;

export function fitBoot(map: SymbolMap, boot: BootEvidence, modules: ModuleRanges): BootFit {
  if (boot.bare.length === 0) return { state: 'not-needed', slide: null, anchors: 0, disagreements: [] };
  const stated = boot.stated.map((one) => statedSlide(map, one)).filter((slide) => slide !== null);
  const ofCore = boot.anchors.filter((anchor) => anchor.module === null && isReal(map.core, anchor));
  const found = solveSlide(map.core, alignmentOf(map.core), ofCore, stated);
  if (found.state === 'mismatch')
    return { state: 'mismatch', slide: null, anchors: 0, disagreements: found.disagreements };
  if (found.state === 'solved' && found.votes > 0)
    return { state: 'solved', slide: found.slide, anchors: found.votes, disagreements: [] };
  // Nothing ties the map to the text: what it says must at least be a possible stack.
  const slide = found.state === 'solved' ? found.slide : 0n;
  if (!makesAStack(map.core, slide, boot.bare, modules))
    return { state: 'unsolved', slide: null, anchors: 0, disagreements: [] };
  return {
    state: found.state === 'solved' && stated.length > 0 ? 'solved' : 'assumed',
    slide,
    anchors: 0,
    disagreements: [],
  };
}

/** A hash in the place of an address (lib/vsprintf.c ptr_to_id) has no upper half. */
function isReal(core: SymbolRegion, { address }: Anchor): boolean {
  return core.start < 1n << 63n || address >= 1n << 63n;
}

/** @returns the slide of the map; `null` where the map is of a running kernel and the text does not say from where. */
function statedSlide(map: SymbolMap, { offset, from }: StatedOffset): bigint | null {
  if (from !== null) {
    const head = map.base - from;
    // The text begins at the link address, or a little behind it (TEXT_OFFSET of arm64 to 5.7).
    return head >= 0n && head < TWO_MIB ? offset : from + offset - map.base;
  }
  return map.core.start >= KERNEL_WINDOW && map.base !== X86_LINKED ? null : offset;
}

/** Every address of code is code in the map, and one is where stacks begin. */
function makesAStack(
  core: SymbolRegion,
  slide: bigint,
  bare: readonly BareAddress[],
  modules: ModuleRanges,
): boolean {
  let rooted = false;
  for (const { address, use } of bare) {
    if (modules.find(address) !== null || !isOfKernel(core, address)) continue;
    const place = core.lookup(address - slide - (use === 'return' ? 1n : 0n));
    if (place === null) return false;
    rooted ||= STACK_ROOT.test(place.function);
  }
  return rooted;
}

/** Neither a module's address nor a pointer to data that was jumped to. */
function isOfKernel(core: SymbolRegion, address: bigint): boolean {
  if (core.start >= KERNEL_WINDOW) return address >= KERNEL_WINDOW && address < MODULE_WINDOW;
  return address >> 32n === core.start >> 32n && address >= core.start - TWO_MIB;
}

/** The map's names for addresses of one boot, and of modules' addresses what the text itself tells. */
export function namesOf(map: SymbolMap, boot: BootEvidence, fit: BootFit, modules: ModuleRanges): NameOf {
  const regions: { region: SymbolRegion; slide: bigint; module: string | null }[] = [];
  if (fit.slide !== null) regions.push({ region: map.core, slide: fit.slide, module: null });
  if (fit.state !== 'mismatch')
    for (const [module, anchors] of byModule(boot.anchors)) {
      if (regions.length >= MAX_REGIONS) break;
      const region = map.modules.get(module);
      const found = region === undefined ? null : solveModule(region, anchors);
      if (region && found?.state === 'solved' && found.votes > 0)
        regions.push({ region, slide: found.slide, module });
    }
  const byRange = namesByModule(modules);
  return (address, use) => {
    for (const { region, slide, module } of regions) {
      const place = placeAt(region, address - slide, use === 'return');
      if (place !== null) return wording(place, module, use === 'function');
    }
    return byRange(address, use);
  };
}

function solveModule(region: SymbolRegion, anchors: readonly Anchor[]): Slide {
  return solveSlide(region, MODULE_ALIGNMENT, anchors, []);
}

function byModule(anchors: readonly Anchor[]): Map<string, Anchor[]> {
  const groups = new Map<string, Anchor[]>();
  for (const anchor of anchors) {
    if (anchor.module === null) continue;
    const group = groups.get(anchor.module);
    if (group === undefined) groups.set(anchor.module, [anchor]);
    else group.push(anchor);
  }
  return groups;
}

/** Without a map: the module and the offset in it. */
export function namesByModule(modules: ModuleRanges): NameOf {
  return (address) => {
    const range = modules.find(address);
    return range === null ? null : modulePlace(range, address);
  };
}

/** kernel/kallsyms.c __sprint_symbol: a return address is looked up one byte before, since the call may be the last. */
function placeAt(region: SymbolRegion, address: bigint, returns: boolean): SymbolPlace | null {
  if (!returns) return region.lookup(address);
  const place = region.lookup(address - 1n);
  return place === null ? null : { ...place, offset: place.offset + 1 };
}

function wording(place: SymbolPlace, module: string | null, nameOnly: boolean): string {
  const where = nameOnly
    ? place.function
    : `${place.function}+0x${place.offset.toString(16)}/0x${place.size.toString(16)}`;
  return module === null ? where : `${where} [${module}]`;
}
