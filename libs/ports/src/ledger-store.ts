import type { LedgerKind } from '@oopstream/core-incident';

/** What became of every receipt and every reading, counted in the transactions that decided it. */
export interface LedgerCounts {
  /** Receipts by outcome: `duplicate`, `no-crash`, `rejected:<reason>`, `read`. */
  readonly transcripts: Readonly<Record<string, number>>;
  /** Readings by outcome: `grouped`, `same-crash`, `held`, `sampled-away`. */
  readonly readings: Readonly<Record<string, number>>;
  /** Crashes, each once: `counted`. */
  readonly crashes: Readonly<Record<string, number>>;
  /** Bodies of transcripts that were read: `kept`, `sampled-away:<reason>`. */
  readonly bodies: Readonly<Record<string, number>>;
  /** Records that carried a receipt id already counted from another position (a producer's retry): not receipts. */
  readonly redelivered: number;
  /** Receipts counted, by partition of `transcript.received`: count and highest offset. */
  readonly watermark: readonly {
    readonly partition: number;
    readonly receipts: number;
    readonly maxOffset: number;
  }[];
}

/** The ledger, added up from rows. */
export interface Recount {
  /** Milliseconds since 1970: receipts from before it may have been let go of. What they counted is from a record of that. */
  readonly fromMs: number;
  /** Must equal what the counters say. */
  readonly counts: LedgerCounts;
}

/** Hours of receipt, milliseconds since 1970; `fromMs` is `null` for all from the beginning. */
export interface HourRange {
  readonly fromMs: number | null;
  /** Exclusive. */
  readonly toMs: number;
}

/** What was counted in one UTC hour of receipt. */
export interface HourCount {
  readonly tenant: string;
  /** When the hour begins; `null`: all hours from before the retention floor, as one. */
  readonly hourMs: number | null;
  readonly kind: LedgerKind;
  readonly outcome: string;
  readonly count: number;
}

/** A count that its rows do not bear out. */
export interface LedgerMismatch {
  readonly tenant: string;
  /** As of {@link HourCount}; `null` also for what is of no hour. */
  readonly hourMs: number | null;
  /** `incident`: an incident's own count of crashes, `outcome` its number; `position`: records of the log, `outcome` their partition. */
  readonly kind: LedgerKind | 'incident' | 'position';
  readonly outcome: string;
  /** What the counter says. */
  readonly expected: number;
  /** What the rows say. */
  readonly found: number;
  /** Ids of what seems missing or too much, as far as other rows tell; at most {@link MISMATCH_EXAMPLES}. */
  readonly examples: readonly string[];
}

export const MISMATCH_EXAMPLES = 5;

export interface LedgerCheck {
  /** Hours compared of which anything is known. */
  readonly hours: number;
  /** Counts compared. */
  readonly counts: number;
  readonly mismatches: readonly LedgerMismatch[];
}

export interface LedgerStore {
  /** The ledger by hour, oldest first; what is 0 is left out. */
  hours(tenant: string | null, range: HourRange): Promise<readonly HourCount[]>;
  /** Counts the hours of a range again from the rows themselves and compares, as of one moment. */
  check(tenant: string | null, range: HourRange): Promise<LedgerCheck>;
  /**
   * Looks for positions of `transcript.received` that no receipt accounts for, of those below the given offsets. Tenants
   * are not told apart: nobody knows whose they are; a mismatch's `outcome` is the partition.
   */
  checkPositions(
    below: readonly { readonly partition: number; readonly offset: number }[],
  ): Promise<LedgerCheck>;
  /** Compares each incident's count of crashes with its crashes. */
  checkIncidents(tenant: string | null): Promise<LedgerCheck>;
  /** Of one tenant, or of all when `tenant` is `null`. @throws RetryableError `store-unavailable` */
  counts(tenant: string | null): Promise<LedgerCounts>;
  /** Counts again from the rows themselves, not from the counters. */
  recount(tenant: string | null): Promise<Recount>;
}
