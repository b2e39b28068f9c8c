export interface RegionSymbol {
  readonly name: string;
  readonly address: bigint;
  /** Among the names of one address the lowest is printed; {@link NO_FUNCTION} for data. */
  readonly rank: number;
}

export const NO_FUNCTION = Number.POSITIVE_INFINITY;

/** Where an address lies. */
export interface SymbolPlace {
  readonly function: string;
  /** Bytes into the function. */
  readonly offset: number;
  /** Distance to the next symbol, as the kernel prints it. */
  readonly size: number;
}

/** One symbol's place in its region. */
export interface SymbolRange {
  readonly address: bigint;
  readonly size: number;
}

/** Code between two marks of the linker script, half open. */
export interface CodeSection {
  readonly from: bigint;
  readonly to: bigint;
}

/** Distances are kept as doubles: exact below this. */
const REACH = 1n << 52n;

/** Functions of the core kernel, or of one module, by address. */
export class SymbolRegion {
  private byName: Map<string, number[]> | null = null;

  private constructor(
    /** The first function's address. */
    readonly start: bigint,
    /** Distances from `start`, ascending, each address once. */
    private readonly starts: Float64Array,
    private readonly ends: Float64Array,
    /** The name that the kernel prints for each. */
    private readonly names: readonly string[],
    private readonly aliases: ReadonlyMap<number, readonly string[]>,
  ) {}

  /**
   * @param sections where code lies; empty: each function ends at the next symbol, and the last one nowhere, so that
   * nothing is said of it.
   * @returns `null` where no function is left.
   */
  static of(symbols: RegionSymbol[], sections: readonly CodeSection[]): SymbolRegion | null {
    const sorted = inOrder(symbols);
    const first = sorted.find((symbol) => symbol.rank !== NO_FUNCTION);
    if (first === undefined) return null;
    const starts: number[] = [];
    const ends: number[] = [];
    const names: string[] = [];
    const aliases = new Map<number, string[]>();
    for (let i = 0, next = 0; i < sorted.length; i = next) {
      next = behindAliases(sorted, i);
      const lead = sorted[i];
      if (lead === undefined || lead.rank === NO_FUNCTION || lead.address - first.address > REACH) continue;
      const end = endOf(lead.address, sorted[next]?.address ?? null, sections);
      if (end === null) continue;
      for (let k = i + 1; k < next; k++) {
        const other = sorted[k];
        if (other && other.rank !== NO_FUNCTION) addAlias(aliases, names.length, other.name);
      }
      starts.push(Number(lead.address - first.address));
      ends.push(Number(end - first.address));
      names.push(lead.name);
    }
    if (names.length === 0) return null;
    return new SymbolRegion(
      first.address,
      Float64Array.from(starts),
      Float64Array.from(ends),
      names,
      aliases,
    );
  }

  /** @returns the function at an address of the map; `null` outside of code. */
  lookup(address: bigint): SymbolPlace | null {
    const distance = address - this.start;
    if (distance < 0n || distance > REACH) return null;
    const at = Number(distance);
    const i = this.lastUpTo(at);
    const start = this.starts[i];
    const end = this.ends[i];
    if (start === undefined || end === undefined || at >= end) return null;
    return { function: this.names[i] ?? '', offset: at - start, size: end - start };
  }

  /** Places of a name: static functions of different files may share one. */
  rangesOf(name: string): SymbolRange[] {
    this.byName ??= this.indexNames();
    return (this.byName.get(name) ?? []).map((i) => {
      const start = this.starts[i] ?? 0;
      return { address: this.start + BigInt(start), size: (this.ends[i] ?? start) - start };
    });
  }

  /** Index of the last start at or below `at`; -1 where there is none. */
  private lastUpTo(at: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private indexNames(): Map<string, number[]> {
    const index = new Map<string, number[]>();
    const add = (name: string, i: number) => {
      const known = index.get(name);
      if (known === undefined) index.set(name, [i]);
      else known.push(i);
    };
    this.names.forEach(add);
    for (const [i, others] of this.aliases) for (const name of others) add(name, i);
    return index;
  }
}

/** By address, then by rank; stable, so that equals stay as the map has them. */
function inOrder(symbols: RegionSymbol[]): RegionSymbol[] {
  return symbols.sort((a, b) =>
    a.address < b.address ? -1 : a.address > b.address ? 1 : a.rank === b.rank ? 0 : a.rank - b.rank,
  );
}

/** kernel/kallsyms.c get_symbol_pos: a symbol ends where the next one with another address begins. */
function behindAliases(sorted: readonly RegionSymbol[], from: number): number {
  const address = sorted[from]?.address;
  let next = from + 1;
  while (next < sorted.length && sorted[next]?.address === address) next++;
  return next;
}

function endOf(address: bigint, next: bigint | null, sections: readonly CodeSection[]): bigint | null {
  if (sections.length === 0) return next;
  const section = sections.find(({ from, to }) => address >= from && address < to);
  if (section === undefined) return null;
  return next === null || next > section.to ? section.to : next;
}

function addAlias(aliases: Map<number, string[]>, i: number, name: string): void {
  const known = aliases.get(i);
  if (known === undefined) aliases.set(i, [name]);
  else known.push(name);
}
