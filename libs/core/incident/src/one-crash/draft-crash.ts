import type { CrashFace, PlannedCrash } from '../dedup-plan';
import type { KnownCrash } from '../dedup-state';

/** A crash while a batch is decided. */
export interface DraftCrash extends KnownCrash {
  readonly isNew: boolean;
  readonly changed: boolean;
  readonly primaryReplaced: boolean;
  /** Of a copy of the batch, where one speaks for the crash; else `null`. */
  readonly face: CrashFace | null;
}

export function knownDraft(crash: KnownCrash): DraftCrash {
  return { ...crash, isNew: false, changed: false, primaryReplaced: false, face: null };
}

/** What is to be written of a crash. */
export function plannedCrash(crash: DraftCrash): PlannedCrash {
  return {
    id: crash.id,
    isNew: crash.isNew,
    primaryReplaced: crash.primaryReplaced,
    tenant: crash.tenant,
    receivedAtMs: crash.receivedAtMs,
    incidentId: crash.incidentId,
    hostId: crash.hostId,
    bundleId: crash.bundleId,
    bootId: crash.bootId,
    fatal: crash.fatal,
    held: crash.held,
    cause: crash.cause,
    moment: crash.moment,
    quality: crash.quality,
    primary: crash.face,
  };
}
