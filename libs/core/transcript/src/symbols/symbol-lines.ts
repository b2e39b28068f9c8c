import { NO_FUNCTION, type RegionSymbol } from './symbol-region';

export interface SymbolScan {
  readonly core: RegionSymbol[];
  readonly modules: Map<string, RegionSymbol[]>;
  /** Marks of the linker script by name. */
  readonly marks: Map<string, bigint>;
  /** Symbols kept. */
  symbols: number;
  /** Lines of symbols whose address is zero. */
  hidden: number;
  /** There were more symbols than allowed. */
  truncated: boolean;
}

const MARKS = new Set(['_text', '_stext', '_etext', '_sinittext', '_einittext']);

/** nm(1): `T` and `t` are in a text section, `W` and `w` weak; weak data are `V` and `v`. */
const FUNCTIONS = 'TtWw';
/** Absolute, per-CPU before it is moved, undefined: no place in memory. */
const NOWHERE = 'AaUNn-?';

/** Mapping symbols of arm and riscv, assembler's local labels, type ids of CFI: scripts/mksysmap leaves them out too. */
const IGNORED = /^(?:\$[adtx](?:$|[.\w])|\.L|L0|__kcfi_typeid_|__crc_)/;

/** `address [size] type name[\t[module]]`: scripts/mksysmap, kernel/kallsyms.c s_show, nm(1). */
export function scanSymbolLines(text: string, maxSymbols: number): SymbolScan {
  const scan: SymbolScan = {
    core: [],
    modules: new Map(),
    marks: new Map(),
    symbols: 0,
    hidden: 0,
    truncated: false,
  };
  for (let start = 0; start < text.length && !scan.truncated;) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    scanLine(scan, text, start, end, maxSymbols);
    start = end + 1;
  }
  return scan;
}

function digitsEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isHexDigit(text.charCodeAt(at))) at++;
  return at;
}

function isHexDigit(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46);
}

function scanLine(scan: SymbolScan, text: string, start: number, end: number, maxSymbols: number): void {
  const digits = digitsEnd(text, start, end) - start;
  if (digits < 8 || digits > 16 || text.charCodeAt(start + digits) !== 0x20) return;
  let at = start + digits + 1;
  // `nm -S` puts the size in between.
  const size = digitsEnd(text, at, end) - at;
  if (size >= 8 && text.charCodeAt(at + size) === 0x20) at += size + 1;
  const type = text[at] ?? '';
  if (text.charCodeAt(at + 1) !== 0x20 || NOWHERE.includes(type)) return;
  const [name, module] = nameAt(text, at + 2, end);
  if (name === '' || IGNORED.test(name)) return;
  const address = BigInt(`0x${text.slice(start, start + digits)}`);
  if (address === 0n) {
    scan.hidden++;
    return;
  }
  if (module === null && MARKS.has(name) && !scan.marks.has(name)) scan.marks.set(name, address);
  add(scan, { name, address, rank: rankOf(name, type) }, module, maxSymbols);
}

/** scripts/kallsyms.c compare_symbols: weak names last, then the linker script's own, then the more underscores. */
function rankOf(name: string, type: string): number {
  if (!FUNCTIONS.includes(type)) return NO_FUNCTION;
  let underscores = 0;
  while (name.charCodeAt(underscores) === 0x5f) underscores++;
  const weak = type === 'W' || type === 'w' ? 1 << 20 : 0;
  return weak + (LINKER_NAME.test(name) ? 1 << 16 : 0) + Math.min(underscores, 0xffff);
}

/** scripts/kallsyms.c may_be_linker_script_provide_symbol. */
const LINKER_NAME = /^__(?:start_|stop_|end_|\w+_(?:start|end)$)/;

function nameAt(text: string, from: number, end: number): [string, string | null] {
  let at = from;
  while (at < end && text.charCodeAt(at) > 0x20) at++;
  const name = text.slice(from, at);
  while (at < end && text.charCodeAt(at) <= 0x20) at++;
  const close = text.charCodeAt(at) === 0x5b ? text.indexOf(']', at) : -1;
  return [name, close > at && close < end ? text.slice(at + 1, close) : null];
}

function add(scan: SymbolScan, symbol: RegionSymbol, module: string | null, maxSymbols: number): void {
  const list = module === null ? scan.core : listOf(scan.modules, module);
  scan.symbols++;
  if (scan.symbols > maxSymbols) scan.truncated = true;
  else list.push(symbol);
}

function listOf(modules: Map<string, RegionSymbol[]>, module: string): RegionSymbol[] {
  const known = modules.get(module);
  if (known !== undefined) return known;
  const list: RegionSymbol[] = [];
  modules.set(module, list);
  return list;
}
