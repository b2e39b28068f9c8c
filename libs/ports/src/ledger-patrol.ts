import type { OutboxDelivery } from './delivery-store';
import type { LedgerMismatch } from './ledger-store';

export interface PatrolOptions {
  readonly nowMs: number;
  /** Hours before this one that are looked at each time. */
  readonly recentHours: number;
  /** Further hours of a round over all of them, some each time. */
  readonly roundHours: number;
}

export interface PatrolResult {
  /** Hours compared. */
  readonly hours: number;
  /** Found now and not known before. */
  readonly fresh: readonly LedgerMismatch[];
  /** Known and not healed, with those found now. */
  readonly open: number;
}

/** Compares the ledger with its rows a few hours at a time. Adapters: PostgreSQL, memory (tests). */
export interface LedgerPatrol {
  /**
   * Looks at the recent hours and the next ones of the round, remembers what does not agree, forgets what was healed. What
   * `tell` makes of what is new is committed with it: told once. One process at a time.
   * @returns `null` where another process is at it @throws RetryableError `store-unavailable`
   */
  patrol(
    options: PatrolOptions,
    tell: (
      fresh: readonly LedgerMismatch[],
      endpoints: readonly { readonly tenant: string; readonly id: string }[],
    ) => readonly OutboxDelivery[],
  ): Promise<PatrolResult | null>;
}
