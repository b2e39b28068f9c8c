import { SymbolRegion, type CodeSection, type RegionSymbol } from './symbol-region';
import { scanSymbolLines } from './symbol-lines';

/** Bounds on the work and memory that one symbol map may cost. */
export interface SymbolMapLimits {
  /** Characters of the map's text. */
  readonly maxBytes: number;
  /** Symbols kept, those of modules included. */
  readonly maxSymbols: number;
}

export const DEFAULT_SYMBOL_MAP_LIMITS: SymbolMapLimits = {
  maxBytes: 128 * 1024 * 1024,
  maxSymbols: 2_000_000,
};

/** Functions of one kernel build by address. */
export interface SymbolMap {
  readonly core: SymbolRegion;
  /** What /proc/kallsyms has of loadable modules, by module. */
  readonly modules: ReadonlyMap<string, SymbolRegion>;
  /** Address of `_text`, else of the first function. */
  readonly base: bigint;
  readonly symbolCount: number;
}

/** Why a text cannot serve as a symbol map. */
export type SymbolMapTrouble = 'too-large' | 'too-many-symbols' | 'addresses-hidden' | 'no-text-symbols';

export type SymbolMapResult =
  | { readonly map: SymbolMap }
  | {
      readonly map: null;
      readonly reason: SymbolMapTrouble;
      /** One line for people. */
      readonly detail: string;
    };

function refuse(reason: SymbolMapTrouble, detail: string): SymbolMapResult {
  return { map: null, reason, detail };
}

/**
 * Reads `System.map`, `/proc/kallsyms` or the output of `nm vmlinux` (also `nm -S`). Never throws; linear in the
 * size where the map is sorted, as all but plain `nm` are. Names of one address are ranked as
 * scripts/kallsyms.c compare_symbols ranks them, since the first of them is what the kernel prints
 * (kernel/kallsyms.c get_symbol_pos).
 */
export function parseSymbolMap(
  text: string,
  limits: SymbolMapLimits = DEFAULT_SYMBOL_MAP_LIMITS,
): SymbolMapResult {
  if (text.length > limits.maxBytes) return refuse('too-large', `more than ${limits.maxBytes} bytes`);
  const scan = scanSymbolLines(text, limits.maxSymbols);
  if (scan.truncated) return refuse('too-many-symbols', `more than ${limits.maxSymbols} symbols`);
  if (scan.symbols === 0 && scan.hidden > 0)
    return refuse(
      'addresses-hidden',
      'all addresses are zero: read /proc/kallsyms as root (kernel.kptr_restrict hides them)',
    );
  const core = regionOf(scan.core, scan.marks);
  if (core === null) return refuse('no-text-symbols', withoutFunctions(text));
  const modules = new Map<string, SymbolRegion>();
  for (const [name, symbols] of scan.modules) {
    const region = regionOf(symbols, null);
    if (region !== null) modules.set(name, region);
  }
  return { map: { core, modules, base: scan.marks.get('_text') ?? core.start, symbolCount: scan.symbols } };
}

/** What Debian puts in the place of a System.map. */
const PLACEHOLDER = /The real System\.map is in the (\S{1,128}) package/;

function withoutFunctions(text: string): string {
  const realOne = PLACEHOLDER.exec(text.slice(0, 512))?.[1];
  return realOne === undefined
    ? 'no function in it: want System.map, /proc/kallsyms or the output of nm'
    : `a placeholder: the real one is in the package ${realOne}`;
}

/** Sections of code end where the linker script says so: what comes behind the mark is data. */
const SECTIONS: readonly { readonly end: string; readonly starts: readonly string[] }[] = [
  { end: '_etext', starts: ['_text', '_stext'] },
  { end: '_einittext', starts: ['_sinittext'] },
];

function regionOf(symbols: RegionSymbol[], marks: ReadonlyMap<string, bigint> | null): SymbolRegion | null {
  const sections: CodeSection[] = [];
  for (const { end, starts } of SECTIONS) {
    const to = marks?.get(end);
    const from = starts.map((start) => marks?.get(start)).find((address) => address !== undefined);
    if (to !== undefined) sections.push({ from: from ?? 0n, to });
  }
  return SymbolRegion.of(symbols, sections);
}
