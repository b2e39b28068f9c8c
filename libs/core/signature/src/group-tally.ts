/** One crash of a text, as one version of the tables grouped it. */
export interface GroupedCrash {
  /** What hashes to the group key, and names the group for people. */
  readonly groupText: string;
  readonly title?: string | undefined;
  /** It waits for a better copy whatever its group: see {@link GroupDiff}. */
  readonly damaged?: boolean | undefined;
  /** Shared by the readings that show one crash; where it is missing each reading is a crash of its own. */
  readonly crashId?: string | undefined;
  /** Number of the incident that it is in. */
  readonly incident?: string | undefined;
}

/** The crashes of one text in the order in which they were read. */
export interface GroupedText {
  readonly id: string;
  readonly host?: string | undefined;
  readonly crashes: readonly GroupedCrash[];
}

/** A group with how many crashes of the texts at hand are in it. */
export interface GroupShare {
  readonly groupText: string;
  /** Of one of its crashes; `null` where none of the texts says. */
  readonly title: string | null;
  readonly crashes: number;
  /** 0: the texts name none. */
  readonly hosts: number;
  /** Where these crashes are before the change; empty: the texts do not say. */
  readonly incidents: readonly string[];
}

/** A crash as both versions read it. */
export interface CrashPair {
  readonly id: string;
  readonly host: string | undefined;
  readonly from: GroupedCrash;
  readonly to: GroupedCrash;
}

/** Crashes that are in one group before and in one after. */
interface Cell {
  readonly crashes: Set<string>;
  readonly hosts: Set<string>;
  readonly incidents: Set<string>;
  readonly fromTitle: string | null;
  readonly toTitle: string | null;
}
export type Tally = ReadonlyMap<string, ReadonlyMap<string, Cell>>;

/** Counts crashes by their groups before and after; holds one short text a crash. */
export function createTally(): { readonly forward: Tally; add(pair: CrashPair): void; backward(): Tally } {
  const forward = new Map<string, Map<string, Cell>>();
  let count = 0;
  return {
    forward,
    add({ id, host, from, to }) {
      const cell = cellOf(forward, from.groupText, to.groupText, () => emptyCell(from, to));
      cell.crashes.add(from.crashId ?? to.crashId ?? `${id} ${count}`);
      count++;
      if (host !== undefined) cell.hosts.add(host);
      const incident = from.incident ?? to.incident;
      if (incident !== undefined) cell.incidents.add(incident);
    },
    backward() {
      const turned = new Map<string, Map<string, Cell>>();
      for (const [from, row] of forward) for (const [to, cell] of row) cellOf(turned, to, from, () => cell);
      return turned;
    },
  };
}

function cellOf(tally: Map<string, Map<string, Cell>>, one: string, other: string, make: () => Cell): Cell {
  const row = tally.get(one) ?? new Map<string, Cell>();
  const cell = row.get(other) ?? make();
  row.set(other, cell);
  tally.set(one, row);
  return cell;
}

function emptyCell(from: GroupedCrash, to: GroupedCrash): Cell {
  return {
    crashes: new Set(),
    hosts: new Set(),
    incidents: new Set(),
    fromTitle: from.title ?? null,
    toTitle: to.title ?? null,
  };
}

/** @returns what these cells come to; the title of the largest, as the one or the other side has it. */
export function shareOf(groupText: string, cells: readonly Cell[], side: 'from' | 'to'): GroupShare {
  const union = (which: 'crashes' | 'hosts' | 'incidents') =>
    new Set(cells.flatMap((cell) => [...cell[which]]));
  const largest = [...cells].sort((a, b) => b.crashes.size - a.crashes.size)[0];
  return {
    groupText,
    title: (side === 'from' ? largest?.fromTitle : largest?.toTitle) ?? null,
    crashes: union('crashes').size,
    hosts: union('hosts').size,
    incidents: [...union('incidents')].sort(byNumber),
  };
}

/** `OOPS-9` comes before `OOPS-10`. */
function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
