import type { DedupPlan } from '../dedup-plan';
import { FacetTally } from '../facet-tally';
import type { CountedCrash } from '../facet-tally';

/** A crash that changes its incident, or what it shows there. */
export interface MovedCrash {
  readonly id: string;
  readonly fatal: boolean;
  readonly from: string;
  readonly to: string;
  readonly before: CountedCrash;
  readonly after: CountedCrash;
}

export interface MovedCounts extends Pick<
  DedupPlan,
  'byHost' | 'byRelease' | 'byVariant' | 'byDay' | 'byVerdict' | 'byHardware'
> {
  /** What to add to each incident's own counts. */
  readonly incidents: ReadonlyMap<string, { readonly crashes: number; readonly fatalCrashes: number }>;
}

/** Sums up what moves change in the counts of incidents; pure. */
export function countMoves(moves: readonly MovedCrash[]): MovedCounts {
  const facets = new FacetTally();
  const incidents = new Map<string, { crashes: number; fatalCrashes: number }>();
  const add = (id: string, crashes: number, fatalCrashes: number): void => {
    const sum = incidents.get(id) ?? { crashes: 0, fatalCrashes: 0 };
    incidents.set(id, {
      crashes: sum.crashes + crashes,
      fatalCrashes: sum.fatalCrashes + fatalCrashes,
    });
  };
  for (const { from, to, fatal, before, after } of moves) {
    const deaths = fatal ? 1 : 0;
    facets.add(from, before, -1, -deaths);
    facets.add(to, after, 1, deaths);
    add(from, -1, -deaths);
    add(to, 1, deaths);
  }
  return {
    byHost: facets.list('host'),
    byRelease: facets.list('release'),
    byVariant: facets.list('variant'),
    byDay: facets.list('day'),
    byVerdict: facets.list('verdict'),
    byHardware: facets.list('hardware'),
    incidents,
  };
}
