/** Crashes that a shadow incident and a stored one have in common. */
export interface Overlap {
  readonly shadowId: string;
  readonly incidentId: string;
  readonly crashes: number;
}

export interface MatchInput {
  readonly overlaps: readonly Overlap[];
  /** Shadow incidents that stand for a stored one of the same id: matched before all others. */
  readonly standIns: readonly string[];
  /** Numbers of stored incidents; the older wins where overlaps are alike. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Stored incidents that nothing but damaged reports belong to: no shadow incident takes their place. */
  readonly holding: ReadonlySet<string>;
}

/**
 * Finds the stored incident that each shadow incident goes on: the one with most crashes in common, each for one at
 * most. What is not in the answer is new. The same input, in any order, gives the same answer.
 */
export function matchShadow(input: MatchInput): ReadonlyMap<string, string> {
  const matched = new Map(input.standIns.map((id) => [id, id]));
  const taken = new Set(input.standIns);
  const number = (id: string): number => input.numbers.get(id) ?? Number.MAX_SAFE_INTEGER;
  const byWorth = input.overlaps.toSorted(
    (a, b) =>
      b.crashes - a.crashes ||
      number(a.incidentId) - number(b.incidentId) ||
      (a.shadowId < b.shadowId ? -1 : a.shadowId > b.shadowId ? 1 : 0),
  );
  for (const { shadowId, incidentId } of byWorth) {
    if (matched.has(shadowId) || taken.has(incidentId) || input.holding.has(incidentId)) continue;
    matched.set(shadowId, incidentId);
    taken.add(incidentId);
  }
  return matched;
}
