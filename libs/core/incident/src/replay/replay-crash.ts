import type { CrashFace } from '../dedup-plan';
import type { SignedReading } from '../receipt';
import type { CrashCause } from '../crash-cause';

/** What an algorithm decides of a crash's face. */
export type CrashKeys = Pick<
  CrashFace,
  | 'kind'
  | 'family'
  | 'title'
  | 'exactKey'
  | 'groupKey'
  | 'looseKey'
  | 'algorithmVersion'
  | 'blamed'
  | 'entry'
  | 'module'
>;

/** A stored reading that counts as a sign of a crash now. */
export interface ReplayReading {
  readonly transcriptId: string;
  readonly byteStart: number;
  readonly primary: boolean;
  readonly signed: Pick<SignedReading, 'reading' | 'signature' | 'readerVersion'>;
}

/** A crash as it is stored, with what shows it. */
export interface ReplayCrash {
  readonly id: string;
  readonly tenant: string;
  readonly hostId: string;
  readonly receivedAtMs: number;
  readonly crashTimeMs: number;
  readonly kernelRelease: string | null;
  readonly fatal: boolean;
  readonly held: boolean;
  readonly cause: CrashCause | null;
  /** Incident that counts it now. */
  readonly incidentId: string;
  readonly keys: CrashKeys;
  /** In order of their links; none where the storm was too great to keep them. */
  readonly readings: readonly ReplayReading[];
}
