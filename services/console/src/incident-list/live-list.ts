/** What a fresh look at the list means for the rows on the screen: counters tick in place, rows never move by themselves. */
export interface LiveList<Item> {
  /** The rows shown, in the order shown, each as fresh as known. */
  readonly items: readonly Item[];
  /** Rows of the fresh answer that are not on the screen. */
  readonly waiting: number;
  /** The fresh answer has the shown rows in another order. */
  readonly reordered: boolean;
}

/**
 * @param shown rows on the screen
 * @param fresh first page of the same list, asked for later; `null` before the first answer
 */
export function mergeLive<Item extends { readonly number: string }>(
  shown: readonly Item[],
  fresh: readonly Item[] | null,
): LiveList<Item> {
  if (fresh === null) return { items: shown, waiting: 0, reordered: false };
  const freshByNumber = new Map(fresh.map((item) => [item.number, item]));
  const shownNumbers = new Set(shown.map((item) => item.number));
  const before = shown.filter((item) => freshByNumber.has(item.number)).map((item) => item.number);
  const after = fresh.filter((item) => shownNumbers.has(item.number)).map((item) => item.number);
  return {
    items: shown.map((item) => freshByNumber.get(item.number) ?? item),
    waiting: fresh.length - after.length,
    reordered: before.join() !== after.join(),
  };
}
