import type { KnownCrash, Receipt } from '@oopstream/core-incident';
import type { Delivery } from '../delivery';
import type { Failure } from '../failure';
import type { Fleet } from '../simulate-fleet';
import { scorePairs } from './score-pairs';
import type { PairScore } from './score-pairs';
import { linkKey } from './settle-fleet';
import { shownIn } from './shown-failures';
import type { Settled } from './settle-fleet';

export interface FleetScore {
  /** Failures that at least one whole text tells of, by the incident of their crash. */
  readonly grouping: PairScore;
  readonly groupedFailures: number;
  readonly matching: MatchingScore;
  /** Readings that show what nobody planned: texts that the reader took for something else. */
  readonly strayReadings: number;
  /** Failures of which no reading was made. */
  readonly unread: number;
  readonly incidents: number;
  readonly bugsSeen: number;
}

/** One crash row for each failure that was read, no more and no less. */
export interface MatchingScore {
  readonly failures: number;
  readonly crashes: number;
  /** Failures with exactly one crash that shows nothing else. */
  readonly exact: number;
  /** Failures that became several crashes. */
  readonly split: readonly string[];
  /** Crashes that show several failures. */
  readonly fused: readonly string[];
  /** Failures that only damaged texts tell of: they wait in their host's holding incident. */
  readonly held: number;
}

interface Sighting {
  readonly failureId: string;
  readonly crashId: string;
}

export function scoreFleet(
  fleet: Fleet,
  receipts: readonly Receipt[],
  settled: Settled,
  crashes: ReadonlyMap<string, KnownCrash>,
): FleetScore {
  const { sightings, strayReadings } = sightingsOf(fleet.deliveries, receipts, settled);
  const byFailure = group(
    sightings,
    ({ failureId }) => failureId,
    ({ crashId }) => crashId,
  );
  const byCrash = group(
    sightings,
    ({ crashId }) => crashId,
    ({ failureId }) => failureId,
  );
  const shown = fleet.failures.filter(({ id }) => byFailure.has(id));
  const things = shown.flatMap((failure) => {
    const own = [...(byFailure.get(failure.id) ?? [])].map((id) => crashes.get(id));
    const crash = own.find((one) => one?.held === false);
    return crash === undefined ? [] : [{ truth: failure.bugId, put: crash.incidentId, failure }];
  });
  return {
    grouping: scorePairs(things),
    groupedFailures: things.length,
    matching: scoreMatching(shown, byFailure, byCrash, shown.length - things.length),
    strayReadings,
    unread: fleet.failures.length - shown.length,
    incidents: new Set(things.map(({ put }) => put)).size,
    bugsSeen: new Set(things.map(({ truth }) => truth)).size,
  };
}

function scoreMatching(
  shown: readonly Failure[],
  byFailure: ReadonlyMap<string, ReadonlySet<string>>,
  byCrash: ReadonlyMap<string, ReadonlySet<string>>,
  held: number,
): MatchingScore {
  const split = shown.filter(({ id }) => (byFailure.get(id)?.size ?? 0) > 1).map(({ id }) => id);
  const fused = [...byCrash].filter(([, failures]) => failures.size > 1).map(([id]) => id);
  const exact = shown.filter(({ id }) => {
    const [crash, ...others] = byFailure.get(id) ?? [];
    return others.length === 0 && crash !== undefined && byCrash.get(crash)?.size === 1;
  });
  return { failures: shown.length, crashes: byCrash.size, exact: exact.length, split, fused, held };
}

/** Which failure each reading shows, and the crash it was linked to at last. */
function sightingsOf(
  deliveries: readonly Delivery[],
  receipts: readonly Receipt[],
  settled: Settled,
): { readonly sightings: Sighting[]; readonly strayReadings: number } {
  const sightings: Sighting[] = [];
  let strayReadings = 0;
  deliveries.forEach((delivery, n) => {
    const content = receipts[n]?.content;
    if (content?.kind !== 'read') return;
    for (const { reading } of content.readings) {
      const link = settled.links.get(linkKey(delivery.facts.id, reading.span.start));
      const failureId = shownIn(delivery, reading.span);
      if (link === undefined) continue;
      if (failureId === null) strayReadings += 1;
      else sightings.push({ failureId, crashId: link.crashId });
    }
  });
  return { sightings, strayReadings };
}

function group<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => string,
): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const row of rows) {
    const values = groups.get(keyOf(row));
    if (values === undefined) groups.set(keyOf(row), new Set([valueOf(row)]));
    else values.add(valueOf(row));
  }
  return groups;
}
