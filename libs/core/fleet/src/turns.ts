import { gate } from './gate';
import type { Exposure } from './gate';

/** What one build counted of a bug. */
export interface BuildCount extends Exposure {
  readonly release: string;
  /** Builds of other branches have no order. */
  readonly branch: string;
  /** It showed the bug, be it on a host that `crashes` leaves out. */
  readonly bad: boolean;
}

/** Where a bug came into a branch. */
export interface Turn {
  readonly branch: string;
  readonly firstBad: string;
  /** Last build before it that ran and never showed the bug; `null` where none did. */
  readonly lastGood: string | null;
  /** How long the good one ran. */
  readonly lastGoodHostDays: number | null;
  /**
   * Chance of no crash in that time at the rate of the bad one, as counted; `null` where there is no good one, or the bad
   * one's crashes are in no rate. What the rate itself leaves open is in `proven` alone.
   */
  readonly chanceOfNone: number | null;
  /** The good one ran long enough: that it crashed as often as the bad one is ruled out by the gate's test. */
  readonly proven: boolean;
}

/**
 * First bad and last good build, branch by branch. A branch whose bad builds have no first one, for they cannot be
 * ordered, is left out.
 */
export function findTurns(
  builds: readonly BuildCount[],
  isBefore: (release: string, other: string) => boolean,
): readonly Turn[] {
  const first = (of: readonly BuildCount[]) =>
    of.filter((one) => of.every((other) => other === one || isBefore(one.release, other.release)))[0];
  const last = (of: readonly BuildCount[]) =>
    of.filter((one) => of.every((other) => other === one || isBefore(other.release, one.release)))[0];
  return [...Map.groupBy(builds, ({ branch }) => branch)].flatMap(([branch, own]): Turn[] => {
    const firstBad = first(own.filter(({ bad }) => bad));
    if (firstBad === undefined) return [];
    const good = own.filter(
      ({ release, bad, hostDays }) => !bad && hostDays > 0 && isBefore(release, firstBad.release),
    );
    const lastGood = last(good);
    const proven = lastGood !== undefined && gate(lastGood, firstBad).verdict === 'worse';
    return [
      {
        branch,
        firstBad: firstBad.release,
        lastGood: lastGood?.release ?? null,
        lastGoodHostDays: lastGood?.hostDays ?? null,
        chanceOfNone: lastGood === undefined ? null : chanceOfNone(lastGood, firstBad),
        proven,
      },
    ];
  });
}

function chanceOfNone(good: Exposure, bad: Exposure): number | null {
  if (bad.crashes === 0 || !(bad.hostDays > 0)) return null;
  return Math.exp((-bad.crashes / bad.hostDays) * good.hostDays);
}
