import type { LedgerKind } from './dedup-plan';

/** A count of one hour, or of what is of no hour. */
export interface ComparableCount {
  readonly tenant: string;
  readonly hourMs: number | null;
  readonly kind: LedgerKind | 'incident' | 'position';
  readonly outcome: string;
  readonly count: number;
}

export interface CountDifference extends Omit<ComparableCount, 'count'> {
  readonly expected: number;
  readonly found: number;
}

export interface ComparedCounts {
  readonly hours: number;
  readonly counts: number;
  readonly differences: readonly CountDifference[];
}

/** Compares what was counted with what its rows come to; each side has a count once at most. Pure. */
export function compareCounts(
  counted: readonly ComparableCount[],
  found: readonly ComparableCount[],
): ComparedCounts {
  const byPlace = new Map<string, CountDifference>();
  const at = ({ tenant, hourMs, kind, outcome }: ComparableCount): [string, CountDifference] => {
    const place = JSON.stringify([tenant, hourMs, kind, outcome]);
    return [place, byPlace.get(place) ?? { tenant, hourMs, kind, outcome, expected: 0, found: 0 }];
  };
  for (const row of counted) {
    const [place, before] = at(row);
    byPlace.set(place, { ...before, expected: row.count });
  }
  for (const row of found) {
    const [place, before] = at(row);
    byPlace.set(place, { ...before, found: row.count });
  }
  const all = [...byPlace.values()];
  return {
    hours: new Set(all.map(({ tenant, hourMs }) => `${tenant} ${hourMs}`)).size,
    counts: all.length,
    differences: all.filter((one) => one.expected !== one.found),
  };
}
