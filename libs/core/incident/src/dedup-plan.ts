import type { CrashCause } from './crash-cause';
import type { IncidentState, KnownReceipt, ReceiptOutcome } from './dedup-state';
import type { TransitionChange } from './incident-transition';
import type { JoinReason } from './join-reason';
import type { KnownMoment } from './one-crash/known-moment';
import type { KeyStack } from './joining/joining-state';
import type { PlannedEpisode } from './life/episode';
import type { ChangeWhy } from './life/meet-crash';
import type { StormState } from './storm/keep-body';
import type { HostAttributes, SignedReading, SourcePosition, TranscriptFacts } from './receipt';

export interface PlannedReceipt extends KnownReceipt {
  readonly tenant: string;
  /** `null` when the record could not be read. */
  readonly transcriptId: string | null;
  readonly processedAtMs: number;
}

/** Insert, or add to what is there. */
export interface PlannedTranscript {
  readonly tenant: string;
  readonly facts: TranscriptFacts;
  /** The outcome to store; `null` leaves the stored one. */
  readonly decided: {
    readonly outcome: 'read' | 'no-crash' | 'rejected';
    readonly reason: string | null;
  } | null;
  readonly omittedReadings: number;
  /** Receipts to add to those seen. */
  readonly seen: number;
  readonly firstReceivedAtMs: number;
  readonly lastReceivedAtMs: number;
  readonly processedAtMs: number;
  readonly traceparent: string | null;
}

/** Insert, or take over the attributes that are newer. */
export interface PlannedHost extends HostAttributes {
  readonly tenant: string;
  readonly hostId: string;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
}

export type ReadingOutcome = 'grouped' | 'same-crash' | 'held';

export interface PlannedReading extends SignedReading {
  readonly tenant: string;
  readonly transcriptId: string;
  readonly outcome: ReadingOutcome;
  readonly receivedAtMs: number;
}

/** Why a reading counts as a sign of that crash, and why the crash counts to its incident. */
export interface PlannedLink {
  readonly tenant: string;
  readonly transcriptId: string;
  readonly byteStart: number;
  readonly algorithmVersion: number;
  readonly crashId: string;
  /** The crash's title and keys are this reading's. */
  readonly primary: boolean;
  readonly validFromMs: number;
  readonly reason: JoinReason;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A crash row as it is to be: new, or changed by a better copy. */
export interface PlannedCrash {
  readonly id: string;
  readonly isNew: boolean;
  /** A better reading takes over: the primary link so far becomes an ordinary one. */
  readonly primaryReplaced: boolean;
  readonly tenant: string;
  readonly receivedAtMs: number;
  readonly incidentId: string;
  readonly hostId: string;
  readonly bundleId: string | null;
  readonly bootId: string | null;
  readonly fatal: boolean;
  readonly held: boolean;
  readonly cause: CrashCause | null;
  readonly moment: KnownMoment;
  readonly quality: number;
  /** `null` leaves what is stored: set for new crashes and where the primary reading changes. */
  readonly primary: CrashFace | null;
}

/** A stored crash that turned out to be another one: its row goes, its links become those of the other. */
export interface AbsorbedCrash {
  readonly tenant: string;
  readonly id: string;
  /** Of its row. */
  readonly receivedAtMs: number;
  readonly into: string;
  readonly atMs: number;
}

/** What a crash shows of its primary reading. */
export interface CrashFace {
  readonly occurredAtMs: number | null;
  readonly crashTimeMs: number;
  readonly processedAtMs: number;
  readonly kind: string;
  readonly family: string;
  readonly title: string;
  readonly exactKey: string;
  readonly groupKey: string;
  readonly looseKey: string;
  readonly algorithmVersion: number;
  readonly blamed: string | null;
  readonly entry: string | null;
  readonly module: string | null;
  readonly kernelRelease: string | null;
  readonly comm: string | null;
  readonly taint: string | null;
  readonly hardware: string | null;
  /** Shared by crashes that may be symptoms of one cause: see `parentKeyOf`; `null`: it stands alone. */
  readonly parentKey: string | null;
  readonly traceparent: string | null;
}

/** What to add to a count of an incident by host, release, variant, day, verdict or hardware; rows that come to 0 go. */
export interface FacetDelta {
  readonly tenant: string;
  readonly incidentId: string;
  /** Host id, kernel release, exact key, UTC day as `2026-11-23`, class of the verdict, or band of the likelihood. */
  readonly value: string;
  /** Title of a variant; empty for the others. */
  readonly title: string;
  readonly crashes: number;
  readonly fatalCrashes: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
}

export interface PlannedKey {
  readonly tenant: string;
  readonly groupKey: string;
  readonly groupText: string;
  readonly algorithmVersion: number;
  readonly incidentId: string;
  readonly attachedAtMs: number;
  readonly reason: JoinReason;
  /** Of a join by similarity. */
  readonly score?: number;
}

export type IncidentChange =
  | TransitionChange
  | 'opened'
  | 'seen'
  /** A resolved one crashed where nobody knows whether the fix is in. */
  | 'unordered'
  /** By a person: its crashes went to another, or some came or went. */
  | 'merged'
  | 'regrouped';

/** What others are told of an incident, once for each that the batch touched; the state is the one after the batch. */
export interface PlannedChange {
  readonly change: IncidentChange;
  readonly atMs: number;
  readonly incident: IncidentState;
  /** The crash that brought it about; `null` for a person's act. */
  readonly crash: ChangeCrash | null;
  /** `null`, or left out: the change says it all. */
  readonly why?: ChangeWhy | null;
  readonly traceparent: string | null;
  /** `OOPS-2`, where a person's decision sent its crashes there and its number leads there now. */
  readonly mergedInto?: string | null;
  /** The person's decision that brought it about. */
  readonly decisionId?: string | null;
}

export interface ChangeCrash {
  readonly id: string;
  readonly hostId: string;
  readonly hostName: string | null;
  readonly kernelRelease: string | null;
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
  readonly fatal: boolean;
  /** `null` where nobody analysed it; the text is there where the reading that brought it about gives the verdict. */
  readonly verdict: {
    readonly class: string;
    readonly confidence: string;
    readonly text: string | null;
  } | null;
}

export interface PlannedAudit {
  readonly tenant: string;
  readonly atMs: number;
  readonly actor: string;
  readonly action: string;
  readonly subjectKind: 'incident';
  readonly subjectId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the ledger counts: each has rows of its own that it can be counted again from. */
export type LedgerKind = 'transcript' | 'reading' | 'redelivered' | 'crash' | 'body';

export interface LedgerDelta {
  readonly tenant: string;
  /** Partition of `transcript.received`. */
  readonly shard: number;
  /** UTC hour of receipt, milliseconds since 1970. */
  readonly hourMs: number;
  readonly kind: LedgerKind;
  readonly outcome: string;
  readonly count: number;
}

export interface WatermarkDelta {
  readonly tenant: string;
  readonly partition: number;
  readonly receipts: number;
  readonly maxOffset: number;
}

/** What becomes of a transcript's bytes, once it was read. */
export interface PlannedBody {
  readonly tenant: string;
  readonly transcriptId: string;
  readonly sha256: string;
  /** Of the receipt that was read. */
  readonly receivedAtMs: number;
  /** Not stored yet; the others were kept so far. */
  readonly isNew: boolean;
  /** Reason slug; `null`: kept. */
  readonly sampledAway: string | null;
  /** Came to the blob store, and is to go from there once nobody keeps it. */
  readonly isStored: boolean;
}

/** Bytes that came to the blob store with a receipt that counts as another's repeat: they go unless somebody keeps them. */
export interface OfferedBody {
  readonly tenant: string;
  readonly sha256: string;
}

export interface PlannedStorm {
  readonly tenant: string;
  readonly incidentId: string;
  readonly state: StormState;
}

/** Everything that one batch changes: applied whole or not at all. */
export interface DedupPlan {
  readonly newReceipts: readonly PlannedReceipt[];
  readonly changedReceipts: readonly PlannedReceipt[];
  readonly transcripts: readonly PlannedTranscript[];
  readonly hosts: readonly PlannedHost[];
  readonly readings: readonly PlannedReading[];
  readonly crashes: readonly PlannedCrash[];
  /** In order: one that took in another may go itself. */
  readonly absorbed: readonly AbsorbedCrash[];
  readonly links: readonly PlannedLink[];
  /** New and changed ones, whole. */
  readonly incidents: readonly IncidentState[];
  readonly newIncidentIds: readonly string[];
  readonly keys: readonly PlannedKey[];
  /** Stacks that were not known of their keys. */
  readonly stacks: readonly KeyStack[];
  readonly byHost: readonly FacetDelta[];
  readonly byRelease: readonly FacetDelta[];
  readonly byVariant: readonly FacetDelta[];
  readonly byDay: readonly FacetDelta[];
  readonly episodes: readonly PlannedEpisode[];
  readonly byVerdict: readonly FacetDelta[];
  readonly byHardware: readonly FacetDelta[];
  readonly changes: readonly PlannedChange[];
  readonly audit: readonly PlannedAudit[];
  readonly bodies: readonly PlannedBody[];
  readonly offered: readonly OfferedBody[];
  readonly storms: readonly PlannedStorm[];
  readonly ledger: readonly LedgerDelta[];
  readonly watermark: readonly WatermarkDelta[];
}

/** What became of one receipt of the batch. */
export type ReceiptResult =
  | { readonly kind: 'settled'; readonly outcome: ReceiptOutcome; readonly reason: string | null }
  | { readonly kind: 'redelivered'; readonly from: SourcePosition };
