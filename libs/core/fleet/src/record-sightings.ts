import { aliveDifference, compareBuilds } from './host-days';
import type { AliveTime, Sighting } from './host-days';

export interface SightingLimits {
  /** Longest time that a host counts as alive behind a sighting. */
  readonly maxGapMs: number;
  /** How much older than a host's newest one a sighting may come and still be counted exactly. */
  readonly lateMs: number;
  /** How old a sighting may be at all. */
  readonly maxAgeMs: number;
  /** How far ahead of our clock a host's may be. */
  readonly maxAheadMs: number;
}

/** What became of a sighting that was sent. */
export type SightingOutcome =
  | 'recorded'
  /** Known already. */
  | 'repeated'
  /** Older than what is kept to count it exactly. */
  | 'too-late'
  /** Ahead of our clock. */
  | 'in-future';

/** What is known of a host: its sightings around those that come, and from when on all are still there. */
export interface KnownSightings {
  /** Nothing before it is taken any more; `null` for a host never seen. */
  readonly floorMs: number | null;
  readonly newestMs: number | null;
  /** By rising time, with at least one neighbour on each side of every one that comes, where there is one. */
  readonly sightings: readonly Sighting[];
}

export interface SightingPlan {
  /** One for each that came, in their order. */
  readonly outcomes: readonly SightingOutcome[];
  /** To be written; one of a time that is known replaces it. */
  readonly sightings: readonly Sighting[];
  readonly alive: readonly AliveTime[];
  readonly floorMs: number | null;
  readonly newestMs: number | null;
}

/**
 * Takes sightings of one host in any order, late and repeated, into account: the host-days counted so far plus `alive` are
 * those of all sightings together. Of two builds claimed for one moment the first in {@link compareBuilds} holds.
 */
export function recordSightings(
  known: KnownSightings,
  incoming: readonly Sighting[],
  limits: SightingLimits,
  nowMs: number,
): SightingPlan {
  const merged = new Map(known.sightings.map((sighting) => [sighting.atMs, sighting]));
  const written = new Map<number, Sighting>();
  const oldestMs = Math.max(known.floorMs ?? -Infinity, nowMs - limits.maxAgeMs);
  const outcomes = incoming.map((sighting): SightingOutcome => {
    if (sighting.atMs > nowMs + limits.maxAheadMs) return 'in-future';
    if (sighting.atMs < oldestMs) return 'too-late';
    const there = merged.get(sighting.atMs);
    if (there !== undefined && compareBuilds(there.build, sighting.build) <= 0) return 'repeated';
    merged.set(sighting.atMs, sighting);
    written.set(sighting.atMs, sighting);
    return there === undefined ? 'recorded' : 'repeated';
  });
  const after = [...merged.values()].sort((a, b) => a.atMs - b.atMs);
  const newestMs = after.reduce<number | null>(
    (max, { atMs }) => Math.max(max ?? atMs, atMs),
    known.newestMs,
  );
  return {
    outcomes,
    sightings: [...written.values()],
    alive: aliveDifference(known.sightings, after, limits.maxGapMs),
    floorMs:
      newestMs === null ? known.floorMs : Math.max(known.floorMs ?? -Infinity, newestMs - limits.lateMs),
    newestMs,
  };
}
