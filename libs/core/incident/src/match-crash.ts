import type { KnownCrash } from './dedup-state';
import type { JoinReason } from './join-reason';

/** What of a reading decides whether a known crash is the one it shows. */
export interface Sighting {
  readonly transcriptId: string;
  readonly bundleId: string | null;
  readonly bootId: string | null;
  readonly groupKey: string;
  /** The first fatal reading of its transcript. */
  readonly firstFatal: boolean;
  readonly damaged: boolean;
}

export interface CrashMatch<Crash> {
  readonly crash: Crash;
  readonly reason: JoinReason;
}

type Comparable = Pick<KnownCrash, 'bundleId' | 'bootId' | 'fatal' | 'held'> & {
  readonly groupKeys: { includes(key: string): boolean };
  readonly transcriptIds: { includes(id: string): boolean };
};

/**
 * Finds the crash that a reading shows once more. `crashes` are of the same host, oldest first; the nearest bond wins:
 * bundle, boot, and last that a machine dies only once in a bundle, and once in a boot where one of both copies is damaged
 * (two sound ones with different keys contradict each other: rather the boot id is wrong). Two reports of one transcript are two crashes, also
 * when the second repeats the first: so the n-th of one text is the n-th of another.
 */
export function matchCrash<Crash extends Comparable>(
  sighting: Sighting,
  crashes: readonly Crash[],
): CrashMatch<Crash> | null {
  const elsewhere = crashes.filter((crash) => !crash.transcriptIds.includes(sighting.transcriptId));
  const sameKey = elsewhere.filter((crash) => crash.groupKeys.includes(sighting.groupKey));
  const find = (among: readonly Crash[], reason: JoinReason, bond: (crash: Crash) => boolean) => {
    const crash = among.find(bond);
    return crash === undefined ? null : { crash, reason };
  };
  const sameBundle = (crash: Crash): boolean =>
    sighting.bundleId !== null && crash.bundleId === sighting.bundleId;
  const sameBoot = (crash: Crash): boolean => sighting.bootId !== null && crash.bootId === sighting.bootId;
  const deaths = sighting.firstFatal ? elsewhere.filter((crash) => crash.fatal) : [];
  return (
    find(sameKey, 'same-bundle', sameBundle) ??
    find(sameKey, 'same-boot', sameBoot) ??
    find(deaths, 'bundle-fatal', sameBundle) ??
    find(deaths, 'boot-fatal', (crash) => sameBoot(crash) && (crash.held || sighting.damaged))
  );
}
