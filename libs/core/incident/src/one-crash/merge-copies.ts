import { isSameCause, withAnalysis, withCause } from '../crash-cause';
import { bootIdOf } from '../crash-face';
import type { Arrival } from '../crash-face';
import type { KnownCrash } from '../dedup-state';
import { isSameMoment, mergeMoments, momentOf } from './known-moment';
import { isBetterCopy, qualityOf } from './reading-quality';

/** What all copies of a crash tell together. */
export type MergedCrash = Pick<
  KnownCrash,
  'fatal' | 'cause' | 'bundleId' | 'bootId' | 'moment' | 'groupKeys' | 'transcriptIds'
>;
/** What its best copy tells. */
type OfPrimary = Pick<KnownCrash, 'quality' | 'primaryTranscriptId' | 'groupKey' | 'held'>;

export interface MergedCopy {
  readonly together: MergedCrash;
  /** Set where the arriving copy is the better one: it speaks for the crash from now on. */
  readonly primary: OfPrimary | null;
}

/** A crash with one more copy of it: the same, whichever copy came first. */
export function mergeCopy(crash: KnownCrash, arrival: Arrival): MergedCopy {
  const { reading, signature, transcript } = arrival;
  const rank = { quality: qualityOf(reading), transcriptId: transcript.id };
  const isBetter = isBetterCopy(rank, { quality: crash.quality, transcriptId: crash.primaryTranscriptId });
  return {
    together: {
      fatal: crash.fatal || reading.fatal,
      cause: withAnalysis(crash.cause, arrival.analysis),
      bundleId: crash.bundleId ?? transcript.bundleId,
      bootId: crash.bootId ?? bootIdOf(arrival),
      moment: mergeMoments(crash.moment, momentOf(reading)),
      groupKeys: union(crash.groupKeys, [signature.groupKey]),
      transcriptIds: union(crash.transcriptIds, [transcript.id]),
    },
    primary: isBetter
      ? {
          quality: rank.quality,
          primaryTranscriptId: transcript.id,
          groupKey: signature.groupKey,
          held: crash.held && reading.damage !== null,
        }
      : null,
  };
}

/** Of two crashes that turned out to be one, the one whose best copy tells more stays. */
export function orderCrashes<Crash extends KnownCrash>(a: Crash, b: Crash): [stays: Crash, goes: Crash] {
  const rank = ({ quality, primaryTranscriptId }: Crash) => ({ quality, transcriptId: primaryTranscriptId });
  return isBetterCopy(rank(b), rank(a)) ? [b, a] : [a, b];
}

export function mergeCrashes(stays: KnownCrash, goes: KnownCrash): MergedCrash {
  return {
    fatal: stays.fatal || goes.fatal,
    cause: withCause(stays.cause, goes.cause),
    bundleId: stays.bundleId ?? goes.bundleId,
    bootId: stays.bootId ?? goes.bootId,
    moment: mergeMoments(stays.moment, goes.moment),
    groupKeys: union(stays.groupKeys, goes.groupKeys),
    transcriptIds: union(stays.transcriptIds, goes.transcriptIds),
  };
}

/** Whether the stored row differs. What its links say is not stored in it. */
export function changesRow(
  crash: KnownCrash,
  { fatal, cause, bundleId, bootId, moment }: MergedCrash,
): boolean {
  return (
    fatal !== crash.fatal ||
    bundleId !== crash.bundleId ||
    bootId !== crash.bootId ||
    !isSameCause(cause, crash.cause) ||
    !isSameMoment(moment, crash.moment)
  );
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
