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
}

export interface CrashMatch<Crash> {
  readonly crash: Crash;
  readonly reason: JoinReason;
}

type Comparable = Pick<KnownCrash, 'bundleId' | 'bootId' | 'fatal'> & {
  readonly groupKeys: { includes(key: string): boolean };
  readonly transcriptIds: { includes(id: string): boolean };
};

/**
 * Finds the crash that a reading shows once more. `crashes` are of the same host, oldest first; the nearest bond wins:
 * transcript, bundle, boot, and last that a machine dies only once in a bundle.
 */
export function matchCrash<Crash extends Comparable>(
  sighting: Sighting,
  crashes: readonly Crash[],
): CrashMatch<Crash> | null {
  const sameKey = crashes.filter((crash) => crash.groupKeys.includes(sighting.groupKey));
  const find = (among: readonly Crash[], reason: JoinReason, bond: (crash: Crash) => boolean) => {
    const crash = among.find(bond);
    return crash === undefined ? null : { crash, reason };
  };
  const sameBundle = (crash: Crash): boolean =>
    sighting.bundleId !== null && crash.bundleId === sighting.bundleId;
  return (
    find(sameKey, 'same-transcript', (crash) => crash.transcriptIds.includes(sighting.transcriptId)) ??
    find(sameKey, 'same-bundle', sameBundle) ??
    find(sameKey, 'same-boot', (crash) => sighting.bootId !== null && crash.bootId === sighting.bootId) ??
    (sighting.firstFatal
      ? find(
          crashes,
          'bundle-fatal',
          (crash) => crash.fatal && sameBundle(crash) && !crash.transcriptIds.includes(sighting.transcriptId),
        )
      : null)
  );
}
