import { binomialDensity } from './density';

/** How many hosts have one value of a facet (a model, a BIOS, a module), among all and among those that crashed. */
export interface FacetCount {
  readonly facet: string;
  readonly value: string;
  /** Crashed hosts that have it. */
  readonly crashed: number;
  /** Hosts of the fleet that have it, the crashed ones included. */
  readonly fleet: number;
}

export interface UnusualFacet extends FacetCount {
  /** Share among the crashed by share in the fleet. */
  readonly lift: number;
  /** Chance of at least so many among the crashed, had they been drawn blindly. */
  readonly pValue: number;
  /** `pValue` corrected for all that were looked at: the share of false finds among those up to this one. */
  readonly qValue: number;
}

/**
 * Facets that crashed hosts have more often than the fleet: Fisher's exact test, one-sided, corrected for many
 * comparisons (Y. Benjamini and Y. Hochberg, 1995). All values that were looked at must be given, also dull ones: the
 * correction counts them; those that no crashed host has may be given as a mere number.
 *
 * @param crashed hosts that crashed, all of them part of `fleet`. @param falseShare of finds that may be chance.
 * @param looked values that were looked at, `counts` and those left out.
 * @returns the surest first.
 */
export function unusual(
  counts: readonly FacetCount[],
  crashed: number,
  fleet: number,
  falseShare = 0.05,
  looked = counts.length,
): readonly UnusualFacet[] {
  const tested = counts
    .map((count) => ({
      ...count,
      lift: count.crashed / crashed / (count.fleet / fleet),
      pValue: drawnAtLeast(count.crashed, crashed, count.fleet, fleet),
    }))
    .sort((a, b) => a.pValue - b.pValue);
  const found: UnusualFacet[] = [];
  let qValue = 1;
  for (let rank = tested.length; rank > 0; rank--) {
    const one = tested[rank - 1]!;
    qValue = Math.min(qValue, (one.pValue * Math.max(looked, tested.length)) / rank);
    if (qValue <= falseShare && one.lift > 1) found.unshift({ ...one, qValue });
  }
  return found;
}

/** P(at least `hits` of `drawn` are among the `marked` of `all`): the upper tail of the hypergeometric distribution. */
export function drawnAtLeast(hits: number, drawn: number, marked: number, all: number): number {
  const least = Math.max(0, drawn - (all - marked));
  const most = Math.min(drawn, marked);
  if (hits <= least) return 1;
  if (hits > most) return 0;
  // Summed away from the middle, so that terms only fall; the other side is what is left to 1.
  const mode = Math.floor(((drawn + 1) * (marked + 1)) / (all + 2));
  if (hits > mode) return Math.min(1, sumFrom(hits, 1, drawn, marked, all));
  return Math.max(0, 1 - sumFrom(hits - 1, -1, drawn, marked, all));
}

function sumFrom(start: number, step: 1 | -1, drawn: number, marked: number, all: number): number {
  const unmarked = all - marked;
  let term = hypergeometricDensity(start, drawn, marked, all);
  let sum = term;
  for (let hits = start; term > sum * 1e-17; hits += step) {
    term *=
      step === 1
        ? ((marked - hits) * (drawn - hits)) / ((hits + 1) * (unmarked - drawn + hits + 1))
        : (hits * (unmarked - drawn + hits)) / ((marked - hits + 1) * (drawn - hits + 1));
    sum += term;
  }
  return sum;
}

/** By three binomials of one share (Loader): factorials never appear. */
function hypergeometricDensity(hits: number, drawn: number, marked: number, all: number): number {
  const share = drawn / all;
  return (
    (binomialDensity(hits, marked, share) * binomialDensity(drawn - hits, all - marked, share)) /
    binomialDensity(drawn, all, share)
  );
}
