/** What became of every receipt and every reading, counted in the transactions that decided it. */
export interface LedgerCounts {
  /** Receipts by outcome: `duplicate`, `no-crash`, `rejected:<reason>`, `read`. */
  readonly transcripts: Readonly<Record<string, number>>;
  /** Readings by outcome: `grouped`, `same-crash`, `held`, `sampled-away`. */
  readonly readings: Readonly<Record<string, number>>;
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

export interface LedgerStore {
  /** Of one tenant, or of all when `tenant` is `null`. @throws RetryableError `store-unavailable` */
  counts(tenant: string | null): Promise<LedgerCounts>;
  /** Counts again from the rows themselves, not from the counters. */
  recount(tenant: string | null): Promise<Recount>;
}
