import { aliveDifference, compareClaims } from './host-days';
import type { AliveTime, HostLife, Sighting } from './host-days';

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

/**
 * What is known of a host: its sightings around what comes, by rising time, with at least one neighbour on each side of
 * everything that comes, where there is one; its ends from the first of them to the last; and from when on all are there.
 */
export interface KnownSightings extends HostLife {
  /** Nothing before it is taken any more; `null` for a host never seen. */
  readonly floorMs: number | null;
  readonly newestMs: number | null;
}

export interface SightingPlan {
  /** One for each that came, in their order. */
  readonly outcomes: readonly SightingOutcome[];
  /** To be written; one of a time that is known replaces it. */
  readonly sightings: readonly Sighting[];
  /** Those that came and count from now on. */
  readonly ends: readonly number[];
  readonly alive: readonly AliveTime[];
  readonly floorMs: number | null;
  readonly newestMs: number | null;
}

/**
 * Takes sightings of one host in any order, late and repeated, into account: the host-days counted so far plus `alive` are
 * those of all sightings together. Of two builds claimed for one moment the first in {@link compareClaims} holds.
 *
 * @param incomingEnds times at which the host died, as its transcripts say; those that cannot be counted exactly any more
 * are passed over.
 */
export function recordSightings(
  known: KnownSightings,
  incoming: readonly Sighting[],
  limits: SightingLimits,
  nowMs: number,
  incomingEnds: readonly number[] = [],
): SightingPlan {
  const merged = new Map(known.sightings.map((sighting) => [sighting.atMs, sighting]));
  const written = new Map<number, Sighting>();
  const oldestMs = Math.max(known.floorMs ?? -Infinity, nowMs - limits.maxAgeMs);
  const outcomes = incoming.map((sighting): SightingOutcome => {
    if (sighting.atMs > nowMs + limits.maxAheadMs) return 'in-future';
    if (sighting.atMs < oldestMs) return 'too-late';
    const there = merged.get(sighting.atMs);
    if (there !== undefined && compareClaims(there, sighting) <= 0) return 'repeated';
    merged.set(sighting.atMs, sighting);
    written.set(sighting.atMs, sighting);
    return there === undefined ? 'recorded' : 'repeated';
  });
  const ends = incomingEnds.filter((atMs) => atMs >= oldestMs);
  const after: HostLife = {
    sightings: [...merged.values()].sort((a, b) => a.atMs - b.atMs),
    ends: [...new Set([...known.ends, ...ends])].sort((a, b) => a - b),
  };
  const newestMs = after.sightings.reduce<number | null>(
    (max, { atMs }) => Math.max(max ?? atMs, atMs),
    known.newestMs,
  );
  return {
    outcomes,
    sightings: [...written.values()],
    ends,
    alive: aliveDifference(known, after, limits.maxGapMs),
    floorMs:
      newestMs === null ? known.floorMs : Math.max(known.floorMs ?? -Infinity, newestMs - limits.lateMs),
    newestMs,
  };
}
