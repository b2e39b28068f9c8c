import { withoutVersion } from '@oopstream/core-signature';
import type { KnownCrash } from './dedup-state';
import type { JoinReason } from './join-reason';
import { findBare, findTimeless } from './one-crash/find-timeless';
import { areApart, compareMoments, MOMENT_EVIDENCE } from './one-crash/compare-moments';
import type { SameMoment } from './one-crash/compare-moments';
import type { KnownMoment } from './one-crash/known-moment';
import type { CrashMatchLimits } from './one-crash/match-limits';

/** What of a reading decides whether a known crash is the one it shows. */
export interface Sighting {
  readonly transcriptId: string;
  readonly bundleId: string | null;
  readonly bootId: string | null;
  readonly groupKey: string;
  /** The first fatal reading of its transcript. */
  readonly firstFatal: boolean;
  readonly damaged: boolean;
  readonly moment: KnownMoment;
  readonly receivedAtMs: number;
}

export interface CrashMatch<Crash> {
  readonly crash: Crash;
  readonly reason: JoinReason;
  /** What was compared, for people. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Crashes that the reading shows to be this one too: nothing had told before. */
  readonly others: readonly Crash[];
}

type Comparable = Pick<
  KnownCrash,
  'bundleId' | 'bootId' | 'fatal' | 'held' | 'moment' | 'receivedAtMs' | 'pinned' | 'incidentId'
> & {
  readonly groupKeys: readonly string[];
  readonly transcriptIds: readonly string[];
};

interface Found<Crash> {
  readonly crash: Crash;
  readonly reason: JoinReason;
  readonly same: SameMoment | null;
}

/**
 * Finds the crash that a reading shows once more. `crashes` are of the same host, oldest first; the nearest bond wins:
 * bundle, boot, moment, that a machine dies only once in a bundle, in a moment, and once in a boot where one of both
 * copies is damaged (two sound ones with different keys contradict each other: rather the boot id is wrong), and last that a
 * text which knows no time is rather a copy than a crash. Two reports of
 * one transcript are two crashes, also when the second repeats the first: so the n-th of one text is the n-th of another.
 *
 * @param limits how long before or after the reading a crash may have been received to be compared by its moment, and by its
 * boot or bundle
 */
export function matchCrash<Crash extends Comparable>(
  sighting: Sighting,
  crashes: readonly Crash[],
  { windowMs, bootWindowMs, timeless }: Omit<CrashMatchLimits, 'maxCandidates'>,
): CrashMatch<Crash> | null {
  const elsewhere = crashes.filter((crash) => !crash.transcriptIds.includes(sighting.transcriptId));
  // Where two versions of the algorithm say the same of two copies, they are as alike as by one.
  const text = withoutVersion(sighting.groupKey);
  const sameKey = elsewhere.filter((crash) => crash.groupKeys.some((key) => withoutVersion(key) === text));
  const find = (among: readonly Crash[], reason: JoinReason, bond: (crash: Crash) => boolean) => {
    const crash = among.find(bond);
    return crash === undefined ? null : { crash, reason, same: null };
  };
  const sameBundle = (crash: Crash): boolean =>
    sighting.bundleId !== null &&
    crash.bundleId === sighting.bundleId &&
    isWithin(sighting, crash, bootWindowMs) &&
    !areApart(sighting.moment, crash.moment);
  const sameBoot = (crash: Crash): boolean =>
    sighting.bootId !== null && crash.bootId === sighting.bootId && isWithin(sighting, crash, bootWindowMs);
  const deaths = sighting.firstFatal ? elsewhere.filter((crash) => crash.fatal) : [];
  const inTime = (crash: Crash): boolean =>
    isWithin(sighting, crash, windowMs) && !isOtherBoot(sighting, crash);
  const ofKey = sameMoments(sighting, sameKey.filter(inTime), () => true);
  // Keys that differ are explained by damage, or by evidence of the machine itself.
  const ofDeath = sameMoments(sighting, deaths.filter(inTime), (crash, { evidence }) =>
    evidence === 'same-state' || evidence === 'same-moment' ? true : crash.held || sighting.damaged,
  );
  const match: Found<Crash> | null =
    find(sameKey, 'same-bundle', sameBundle) ??
    find(sameKey, 'same-boot', sameBoot) ??
    ofKey[0] ??
    find(deaths, 'bundle-fatal', sameBundle) ??
    find(deaths, 'boot-fatal', (crash) => sameBoot(crash) && (crash.held || sighting.damaged)) ??
    ofDeath[0] ??
    (timeless ? noClock(findTimeless(sighting, elsewhere.filter(inTime))) : null);
  if (match === null) return null;
  const { crash, reason, same } = match;
  const sure = [...ofKey, ...ofDeath].filter(({ same: found }) => found?.evidence !== 'same-time');
  const others = bridged(crash, sure);
  // A crash that gets its key by a later copy: until then the bare text could not be known to be of it.
  const bare = timeless ? findBare(sighting, elsewhere.filter(inTime)) : null;
  const isFree = ![crash, ...others].some((one) => one.moment.timeless);
  if (bare !== null && isFree) others.push(bare);
  return { crash, reason, evidence: same?.detail ?? {}, others };
}

function noClock<Crash>(crash: Crash | null): Found<Crash> | null {
  return crash === null ? null : { crash, reason: 'no-clock', same: null };
}

type Received = Pick<Sighting, 'receivedAtMs'>;

function isWithin(a: Received, b: Received, windowMs: number): boolean {
  return Math.abs(a.receivedAtMs - b.receivedAtMs) <= windowMs;
}

function isOtherBoot(sighting: Sighting, crash: Comparable): boolean {
  return sighting.bootId !== null && crash.bootId !== null && crash.bootId !== sighting.bootId;
}

/** Crashes of the sighting's moment: the surest evidence first, of equal ones the nearest in time, then the oldest. */
function sameMoments<Crash extends Comparable>(
  sighting: Sighting,
  crashes: readonly Crash[],
  isEnough: (crash: Crash, same: SameMoment) => boolean,
): Found<Crash>[] {
  return crashes
    .flatMap((crash) => {
      const same = compareMoments(sighting, crash);
      return same === null || !isEnough(crash, same) ? [] : { crash, reason: same.evidence, same };
    })
    .sort(
      (a, b) =>
        MOMENT_EVIDENCE.indexOf(a.same.evidence) - MOMENT_EVIDENCE.indexOf(b.same.evidence) ||
        a.same.apartMs - b.same.apartMs,
    );
}

/** Those of one moment that no text and no person tells apart. */
function bridged<Crash extends Comparable>(crash: Crash, found: readonly Found<Crash>[]): Crash[] {
  const together: Crash[] = [crash];
  for (const { crash: other } of found) {
    const isKnown = together.includes(other);
    const contradicts = together.some(
      (one) =>
        one.transcriptIds.some((id) => other.transcriptIds.includes(id)) ||
        (one.bootId !== null && other.bootId !== null && one.bootId !== other.bootId) ||
        areApart(one.moment, other.moment) ||
        (one.pinned && other.pinned && one.incidentId !== other.incidentId),
    );
    if (!isKnown && !contradicts) together.push(other);
  }
  return together.slice(1);
}
