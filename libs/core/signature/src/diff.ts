/** One crash of a text, as one version of the tables grouped it. */
export interface GroupedCrash {
  /** What hashes to the group key, and names the group for people. */
  readonly groupText: string;
}

/** The crashes of one text in the order in which they were read. */
export interface GroupedText {
  readonly id: string;
  readonly crashes: readonly GroupedCrash[];
}

/** A group with how many crashes of the texts at hand are in it. */
export interface GroupShare {
  readonly groupText: string;
  readonly crashes: number;
}

/** What another version of the tables would do to the groups of the same texts. Sorted; empty lists: nothing. */
export interface GroupDiff {
  /** One group of before whose crashes would be in several. */
  readonly splits: readonly { readonly group: GroupShare; readonly into: readonly GroupShare[] }[];
  /** One group of after that would take in several. */
  readonly merges: readonly { readonly group: GroupShare; readonly outOf: readonly GroupShare[] }[];
  /** The same crashes under another key; `crashes` of them. */
  readonly renames: readonly { readonly from: string; readonly to: string; readonly crashes: number }[];
  /** Crashes that would not be read any more, by the group they were in. */
  readonly lost: readonly { readonly id: string; readonly groupText: string }[];
  /** Crashes that were not read before. */
  readonly found: readonly { readonly id: string; readonly groupText: string }[];
  /** Texts that only one side has: nothing is said of them. */
  readonly unpaired: readonly string[];
  readonly unchangedGroups: number;
  readonly comparedCrashes: number;
}

/** @returns whether anything at all would move. */
export function changesGroups(diff: GroupDiff): boolean {
  const { splits, merges, renames, lost, found } = diff;
  return [splits, merges, renames, lost, found].some((changes) => changes.length > 0);
}

interface Pair {
  readonly id: string;
  readonly before: GroupedCrash | null;
  readonly after: GroupedCrash | null;
}

/**
 * Compares how two versions of reading rules and tables group the same texts. A rise of the algorithm's version alone
 * changes nothing: keys are compared by what was hashed. Pure; time linear in the number of crashes, except within one
 * text (quadratic in its crashes, which the cap on readings bounds).
 */
export function diffGroups(before: readonly GroupedText[], after: readonly GroupedText[]): GroupDiff {
  const later = new Map(after.map((text) => [text.id, text]));
  const known = new Set(before.map((text) => text.id));
  const pairs: Pair[] = [];
  const unpaired = after.filter((text) => !known.has(text.id)).map((text) => text.id);
  for (const text of before) {
    const other = later.get(text.id);
    if (other === undefined) unpaired.push(text.id);
    else pairs.push(...pairsOf(text, other));
  }
  const both = pairs.flatMap(({ before: b, after: a }) =>
    b && a ? [{ from: b.groupText, to: a.groupText }] : [],
  );
  const forward = tally(both.map(({ from, to }) => [from, to]));
  const backward = tally(both.map(({ from, to }) => [to, from]));
  return {
    splits: severalOf(forward).map(([group, into]) => ({ group, into })),
    merges: severalOf(backward).map(([group, outOf]) => ({ group, outOf })),
    ...renamesOf(forward, backward),
    lost: oneSided(pairs, (pair) => (pair.after === null ? pair.before : null)),
    found: oneSided(pairs, (pair) => (pair.before === null ? pair.after : null)),
    unpaired: unpaired.sort(),
    comparedCrashes: both.length,
  };
}

/** Which crash of after is which of before: the same group first, then by order. */
function pairsOf(before: GroupedText, after: GroupedText): Pair[] {
  const rest = [...after.crashes];
  const moved: GroupedCrash[] = [];
  const pairs: Pair[] = [];
  for (const crash of before.crashes) {
    const at = rest.findIndex((other) => other.groupText === crash.groupText);
    if (at < 0) moved.push(crash);
    else pairs.push({ id: before.id, before: crash, after: rest.splice(at, 1)[0] ?? null });
  }
  for (const crash of moved) pairs.push({ id: before.id, before: crash, after: rest.shift() ?? null });
  for (const crash of rest) pairs.push({ id: before.id, before: null, after: crash });
  return pairs;
}

type Tally = ReadonlyMap<string, ReadonlyMap<string, number>>;

function tally(edges: readonly (readonly [string, string])[]): Tally {
  const counts = new Map<string, Map<string, number>>();
  for (const [one, other] of edges) {
    const others = counts.get(one) ?? new Map<string, number>();
    others.set(other, (others.get(other) ?? 0) + 1);
    counts.set(one, others);
  }
  return counts;
}

function severalOf(counts: Tally): [GroupShare, GroupShare[]][] {
  return [...counts]
    .filter(([, others]) => others.size > 1)
    .map(([groupText, others]): [GroupShare, GroupShare[]] => {
      const shares = [...others].map(([text, crashes]) => ({ groupText: text, crashes }));
      const crashes = shares.reduce((sum, share) => sum + share.crashes, 0);
      return [{ groupText, crashes }, shares.sort(byText)];
    })
    .sort(([a], [b]) => byText(a, b));
}

function renamesOf(forward: Tally, backward: Tally): Pick<GroupDiff, 'renames' | 'unchangedGroups'> {
  const renames: { from: string; to: string; crashes: number }[] = [];
  let unchangedGroups = 0;
  for (const [from, others] of forward) {
    const [first] = others;
    if (first === undefined || others.size > 1 || backward.get(first[0])?.size !== 1) continue;
    if (first[0] === from) unchangedGroups++;
    else renames.push({ from, to: first[0], crashes: first[1] });
  }
  return { renames: renames.sort((a, b) => (a.from < b.from ? -1 : 1)), unchangedGroups };
}

function oneSided(pairs: readonly Pair[], which: (pair: Pair) => GroupedCrash | null) {
  return pairs.flatMap((pair) => {
    const crash = which(pair);
    return crash ? [{ id: pair.id, groupText: crash.groupText }] : [];
  });
}

function byText(a: GroupShare, b: GroupShare): number {
  return a.groupText < b.groupText ? -1 : 1;
}
