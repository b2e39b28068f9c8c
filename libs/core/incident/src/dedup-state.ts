import type { CrashCause } from './crash-cause';
import type { LivingPart } from './life/incident-life';
import type { LifeKnowledge } from './life/life-knowledge';
import type { JoiningState } from './joining/joining-state';
import type { KnownMoment } from './one-crash/known-moment';
import type { SourcePosition } from './receipt';
import type { StormState } from './storm/keep-body';

export type ReceiptOutcome = 'duplicate' | 'no-crash' | 'read' | 'rejected';

export interface KnownReceipt {
  readonly receiptId: string;
  readonly source: SourcePosition;
  /** Further positions that carried the same receipt. */
  readonly redeliveredFrom: readonly SourcePosition[];
  readonly outcome: ReceiptOutcome;
  /** Slug; set for `rejected` only. */
  readonly reason: string | null;
  /** 0 where that was let go of. */
  readonly receivedAtMs: number;
}

/**
 * @returns what is known of receipts that were counted and let go of since, by the positions they came from: that they are
 * from before the retention floor, and that counting them again would be wrong.
 */
export function forgottenReceipts(
  found: readonly { readonly receiptId: string; readonly source: SourcePosition }[],
): KnownReceipt[] {
  return [...Map.groupBy(found, (one) => one.receiptId)].flatMap(([receiptId, [first, ...others]]) =>
    first === undefined
      ? []
      : {
          receiptId,
          source: first.source,
          redeliveredFrom: others.map((one) => one.source),
          outcome: 'rejected',
          reason: 'past-retention',
          receivedAtMs: 0,
        },
  );
}

export interface KnownTranscript {
  readonly tenant: string;
  readonly id: string;
  readonly outcome: Exclude<ReceiptOutcome, 'duplicate'>;
}

/** A crash that a reading of the batch might show too: same host, and same bundle, boot or moment. */
export interface KnownCrash {
  readonly id: string;
  readonly tenant: string;
  readonly hostId: string;
  readonly incidentId: string;
  readonly receivedAtMs: number;
  readonly crashTimeMs: number;
  readonly bundleId: string | null;
  readonly bootId: string | null;
  readonly fatal: boolean;
  readonly held: boolean;
  readonly kernelRelease: string | null;
  readonly exactKey: string;
  readonly title: string;
  /** `null` while no reading of it was analysed. */
  readonly cause: CrashCause | null;
  readonly moment: KnownMoment;
  /** Of the reading that speaks for it: see `qualityOf`. */
  readonly quality: number;
  readonly primaryTranscriptId: string;
  readonly groupKey: string;
  /** A person said which incident it counts to: no copy moves it. */
  readonly pinned: boolean;
  /** Of all its readings, so of several transcripts. */
  readonly groupKeys: readonly string[];
  readonly transcriptIds: readonly string[];
}

export const INCIDENT_STATUSES = ['open', 'resolved', 'obsolete'] as const;
/** `obsolete`: given up, since nothing came for long. */
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** An incident as it is stored. Times are milliseconds since 1970. */
export interface IncidentState extends LivingPart {
  readonly id: string;
  readonly tenant: string;
  /** Said as `OOPS-<number>`. */
  readonly number: number;
  readonly status: IncidentStatus;
  /** Collects what is damaged, of one host. */
  readonly holding: boolean;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  readonly blamed: string | null;
  readonly entry: string | null;
  readonly module: string | null;
  /** Of its crashes' own times. */
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly openedAtMs: number;
  readonly openedByCrash: string;
  readonly openedTraceparent: string | null;
  /** When it was closed, resolved or obsolete; so with who did it. */
  readonly resolvedAtMs: number | null;
  readonly resolvedBy: string | null;
  readonly resolvedIn: string | null;
  readonly recurrences: number;
  readonly crashes: number;
  readonly fatalCrashes: number;
  readonly hosts: number;
  /** The latest {@link SHOWN_NAMES}, for who is told of the incident. */
  readonly releases: readonly string[];
  /** The oldest {@link SHOWN_NAMES}. */
  readonly groupKeys: readonly string[];
}

/** Releases and group keys that an incident carries about with it; all of them are in the store. */
export const SHOWN_NAMES = 20;

/** What a batch has to know, read and locked by the store before anything is decided. */
export interface DedupState {
  readonly receipts: readonly KnownReceipt[];
  readonly transcripts: readonly KnownTranscript[];
  /** Oldest first. */
  readonly crashes: readonly KnownCrash[];
  /** Every incident that a key of the batch or a crash above leads to, or that a new key may join. */
  readonly incidents: readonly IncidentState[];
  readonly keys: readonly {
    readonly tenant: string;
    readonly groupKey: string;
    readonly incidentId: string;
  }[];
  /** Crashes that those incidents have on the hosts of the batch. */
  readonly incidentHosts: readonly {
    readonly incidentId: string;
    readonly hostId: string;
    readonly crashes: number;
  }[];
  /** Incident numbers reserved for the batch, by tenant: as many as it has keys that lead nowhere yet. */
  readonly numbers: readonly { readonly tenant: string; readonly numbers: readonly number[] }[];
  /** What those incidents that have seen anything remember of it. */
  readonly storms: readonly { readonly incidentId: string; readonly state: StormState }[];
  readonly joining: JoiningState;
  /** Enabled webhook endpoints of the batch's tenants. */
  readonly endpoints: readonly { readonly tenant: string; readonly id: string }[];
  readonly life: LifeKnowledge;
  /** Receipts from before are refused. */
  readonly retentionFloorMs: number;
}
