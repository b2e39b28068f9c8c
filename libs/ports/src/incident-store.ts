import type { CrashMatchLimits, DedupPlan, DedupState, Receipt } from '@oopstream/core-incident';
import type { OutboxDelivery } from './delivery-store';

/** A change of an incident on its way to the log, written in the same transaction as the change. */
export interface Publication {
  /** UUID. */
  readonly id: string;
  readonly tenant: string;
  readonly incidentId: string;
  /** Value of the record in `incident.changed`. */
  readonly body: string;
  readonly createdAtMs: number;
  readonly traceparent: string | null;
}

/** What one batch tells others. */
export interface OutboxRows {
  readonly publications: readonly Publication[];
  readonly deliveries: readonly OutboxDelivery[];
}

export interface BatchOptions {
  readonly nowMs: number;
  /** Receipts older than that are refused, and those from before the oldest month that is still stored. */
  readonly retentionMs: number;
  /** Most incidents that a new key is compared with; 20 when not given, 0: none. */
  readonly joinCandidates?: number | undefined;
  /** How far copies of one crash are looked for; `CRASH_MATCH_LIMITS` when not given. */
  readonly crashMatch?: CrashMatchLimits | undefined;
}

/** One batch's transaction: hosts, group keys and incidents of the batch are locked until it ends. */
export interface IncidentBatch {
  readonly state: DedupState;
  /**
   * Applies the plan and ends the transaction: durable when it resolves.
   * @throws RetryableError `store-unavailable` when it may or may not have been applied: the same batch may come again
   */
  commit(plan: DedupPlan, outbox: OutboxRows): Promise<void>;
  /** Lets go of what was not committed. Never throws; safe after `commit` and when called twice. */
  release(): Promise<void>;
}

/** Where dedup keeps what it knows. Adapters: PostgreSQL, memory (tests). */
export interface IncidentStore {
  /**
   * Locks and reads what deciding these receipts takes. Batches of several workers may share hosts and keys: they wait
   * for each other, never in a circle.
   * @throws RetryableError `store-unavailable`
   */
  openBatch(receipts: readonly Receipt[], options: BatchOptions): Promise<IncidentBatch>;
}
