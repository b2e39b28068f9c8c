/** Agreement of two groupings of the same things, by pairs of things. */
export interface PairScore {
  /** Of the pairs that were put together, those that belong together; 1 where there are none. */
  readonly precision: number;
  /** Of the pairs that belong together, those that were put together; 1 where there are none. */
  readonly recall: number;
  readonly f1: number;
}

/** @param things each with what it truly belongs to and where it was put */
export function scorePairs(things: readonly { readonly truth: string; readonly put: string }[]): PairScore {
  const pairs = (counts: Iterable<number>): number =>
    [...counts].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const both = pairs(tally(things.map(({ truth, put }) => `${truth} ${put}`)).values());
  const put = pairs(tally(things.map((one) => one.put)).values());
  const truth = pairs(tally(things.map((one) => one.truth)).values());
  const precision = put === 0 ? 1 : both / put;
  const recall = truth === 0 ? 1 : both / truth;
  return {
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  };
}

export function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
