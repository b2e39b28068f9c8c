import { createTally, shareOf } from './group-tally';
import type { CrashPair, GroupedCrash, GroupedText, GroupShare, Tally } from './group-tally';

/** A crash that the other version sees otherwise, and where it is. */
export interface PlacedCrash {
  /** Of its text. */
  readonly id: string;
  readonly groupText: string;
  readonly title: string | null;
  readonly incident: string | null;
}

/**
 * What another version of the tables would do to the groups of the same texts. Sorted; empty lists: nothing. Damaged
 * crashes wait for a better copy and belong to no group: only what becomes damaged, or is no longer, is told of them.
 */
export interface GroupDiff {
  /** One group of before whose crashes would be in several. */
  readonly splits: readonly { readonly group: GroupShare; readonly into: readonly GroupShare[] }[];
  /** One group of after that would take in several. */
  readonly merges: readonly { readonly group: GroupShare; readonly outOf: readonly GroupShare[] }[];
  /** The same crashes under another key. */
  readonly renames: readonly { readonly from: GroupShare; readonly to: GroupShare }[];
  /** Crashes that would not be read any more, by the group they were in. */
  readonly lost: readonly PlacedCrash[];
  /** Crashes that were not read before. */
  readonly found: readonly PlacedCrash[];
  /** Crashes in a group that would wait as damaged, by the group they were in. */
  readonly damaged: readonly PlacedCrash[];
  /** Damaged ones that would be in a group: that one. */
  readonly mended: readonly PlacedCrash[];
  /** Texts that only one side has: nothing is said of them. */
  readonly unpaired: readonly string[];
  readonly unchangedGroups: number;
  /** Readings of both sides that are in a group. */
  readonly comparedCrashes: number;
  /** Readings that are damaged for both sides. */
  readonly damagedCrashes: number;
}

/** @returns whether anything at all would move. */
export function changesGroups(diff: GroupDiff): boolean {
  const { splits, merges, renames, lost, found, damaged, mended } = diff;
  return [splits, merges, renames, lost, found, damaged, mended].some((changes) => changes.length > 0);
}

/** Takes texts one by one, so that nobody need hold all of them. */
export interface GroupComparison {
  /** One text as both versions see it; `null`: that side does not have it. Each text once. */
  add(before: GroupedText | null, after: GroupedText | null): void;
  result(): GroupDiff;
}

/**
 * Compares how two versions of reading rules and tables group the same texts. A rise of the algorithm's version alone
 * changes nothing: keys are compared by what was hashed. Pure; time linear in the number of crashes, except within one
 * text (quadratic in its crashes, which the cap on readings bounds).
 */
export function createGroupComparison(): GroupComparison {
  const tally = createTally();
  const lists = { lost: [], found: [], damaged: [], mended: [] } as Record<Sided, PlacedCrash[]>;
  const unpaired: string[] = [];
  const counts = { comparedCrashes: 0, damagedCrashes: 0 };
  const addPair = (text: GroupedText, from: GroupedCrash, to: GroupedCrash) => {
    if (from.damaged === true && to.damaged === true) counts.damagedCrashes++;
    else if (to.damaged === true) lists.damaged.push(place(text.id, from));
    else if (from.damaged === true) lists.mended.push(place(text.id, to, from));
    else {
      counts.comparedCrashes++;
      tally.add({ id: text.id, host: text.host, from, to });
    }
  };
  return {
    add(before, after) {
      if (before === null || after === null) {
        const only = before ?? after;
        if (only !== null) unpaired.push(only.id);
        return;
      }
      const text = { ...before, host: before.host ?? after.host };
      for (const { from, to } of pairsOf(before, after))
        if (from !== null && to !== null) addPair(text, from, to);
        else if (from !== null) lists.lost.push(place(text.id, from));
        else if (to !== null) lists.found.push(place(text.id, to));
    },
    result() {
      const { forward } = tally;
      const backward = tally.backward();
      return {
        splits: severalOf(forward, 'from', 'to').map(([group, into]) => ({ group, into })),
        merges: severalOf(backward, 'to', 'from').map(([group, outOf]) => ({ group, outOf })),
        ...renamesOf(forward, backward),
        ...lists,
        unpaired: unpaired.sort(),
        ...counts,
      };
    },
  };
}

type Sided = 'lost' | 'found' | 'damaged' | 'mended';

/** {@link createGroupComparison} of texts that are all at hand. */
export function diffGroups(before: readonly GroupedText[], after: readonly GroupedText[]): GroupDiff {
  const later = new Map(after.map((text) => [text.id, text]));
  const known = new Set(before.map((text) => text.id));
  const comparison = createGroupComparison();
  for (const text of before) comparison.add(text, later.get(text.id) ?? null);
  for (const text of after) if (!known.has(text.id)) comparison.add(null, text);
  return comparison.result();
}

function place(id: string, crash: GroupedCrash, before: GroupedCrash = crash): PlacedCrash {
  const { groupText, title } = crash;
  return { id, groupText, title: title ?? null, incident: before.incident ?? null };
}

/** Which crash of after is which of before: the same group first, then by order. */
function pairsOf(before: GroupedText, after: GroupedText) {
  const rest = [...after.crashes];
  const moved: GroupedCrash[] = [];
  const pairs: Record<keyof Pick<CrashPair, 'from' | 'to'>, GroupedCrash | null>[] = [];
  for (const crash of before.crashes) {
    const at = rest.findIndex((other) => other.groupText === crash.groupText);
    if (at < 0) moved.push(crash);
    else pairs.push({ from: crash, to: rest.splice(at, 1)[0] ?? null });
  }
  for (const crash of moved) pairs.push({ from: crash, to: rest.shift() ?? null });
  for (const crash of rest) pairs.push({ from: null, to: crash });
  return pairs;
}

function severalOf(tally: Tally, one: 'from' | 'to', other: 'from' | 'to'): [GroupShare, GroupShare[]][] {
  return [...tally]
    .filter(([, row]) => row.size > 1)
    .map(([groupText, row]): [GroupShare, GroupShare[]] => {
      const shares = [...row].map(([text, cell]) => shareOf(text, [cell], other));
      return [shareOf(groupText, [...row.values()], one), shares.sort(byText)];
    })
    .sort(([a], [b]) => byText(a, b));
}

function renamesOf(forward: Tally, backward: Tally): Pick<GroupDiff, 'renames' | 'unchangedGroups'> {
  const renames: { from: GroupShare; to: GroupShare }[] = [];
  let unchangedGroups = 0;
  for (const [from, row] of forward) {
    const [first] = row;
    if (first === undefined || row.size > 1 || backward.get(first[0])?.size !== 1) continue;
    const [to, cell] = first;
    if (to === from) unchangedGroups++;
    else renames.push({ from: shareOf(from, [cell], 'from'), to: shareOf(to, [cell], 'to') });
  }
  return { renames: renames.sort((a, b) => byText(a.from, b.from)), unchangedGroups };
}

function byText(a: GroupShare, b: GroupShare): number {
  return a.groupText < b.groupText ? -1 : 1;
}
