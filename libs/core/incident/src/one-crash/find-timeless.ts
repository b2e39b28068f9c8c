import { withoutVersion } from '@oopstream/core-signature';
import type { KnownCrash } from '../dedup-state';
import { isBare } from './known-moment';
import type { KnownMoment } from './known-moment';

/** What of a reading says whether it may be a copy of a crash though nothing tells when it happened. */
export interface TimelessSighting {
  readonly groupKey: string;
  readonly bootId: string | null;
  readonly damaged: boolean;
  readonly moment: KnownMoment;
  readonly receivedAtMs: number;
}

type Comparable = Pick<KnownCrash, 'groupKeys' | 'bootId' | 'held' | 'moment' | 'receivedAtMs'>;

/**
 * A bare `bt` of a kernel that is not loaded at random knows no clock, no boot and no register that tells boots apart. It is
 * rather one more copy of a crash than one more crash: of the nearest one by receipt, of the same host and key, that has no
 * such copy yet; where the bare text came first, the first text that knows a time is a copy of it. So of n texts with a
 * time and m without there are as many crashes as the larger of both, whatever the order; which of several crashes such a
 * text is linked to may depend on it.
 *
 * @param crashes of the sighting's host, within the window, oldest first, none of its own transcript
 */
export function findTimeless<Crash extends Comparable>(
  sighting: TimelessSighting,
  crashes: readonly Crash[],
): Crash | null {
  if (!isBare(sighting)) return findBare(sighting, crashes);
  return nearest(
    sighting,
    crashes.filter((crash) => !crash.moment.timeless),
  );
}

/** @returns the nearest crash of the sighting's key of which nothing but a bare text came; `null` for a bare sighting too */
export function findBare<Crash extends Comparable>(
  sighting: TimelessSighting,
  crashes: readonly Crash[],
): Crash | null {
  if (isBare(sighting)) return null;
  return nearest(
    sighting,
    crashes.filter((crash) => crash.moment.timeless && isBare(crash)),
  );
}

function nearest<Crash extends Comparable>(
  { damaged, groupKey, receivedAtMs }: TimelessSighting,
  crashes: readonly Crash[],
): Crash | null {
  if (damaged) return null;
  const key = withoutVersion(groupKey);
  const apartMs = (crash: Crash): number => Math.abs(crash.receivedAtMs - receivedAtMs);
  let found: Crash | null = null;
  for (const crash of crashes) {
    if (crash.held || !crash.groupKeys.some((one) => withoutVersion(one) === key)) continue;
    if (found === null || apartMs(crash) < apartMs(found)) found = crash;
  }
  return found;
}
