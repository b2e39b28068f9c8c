/** How many rows a step of retention let go of. */
export interface ForgottenRows {
  readonly receipts: number;
  /** Idempotency keys and the bytes they stand for. */
  readonly claims: number;
  /** Closed ones, with their attempts. */
  readonly deliveries: number;
  /** With what was read in them. */
  readonly transcripts: number;
}

/**
 * Lets go of what is older than the retention floor: nothing received before it is taken any more, and it only ever
 * rises. Counters, incidents, hosts, the ids of crashes and the audit stay. One process at a time: for the
 * others both methods give `null` meanwhile. All throw RetryableError `store-unavailable`.
 */
export interface RetentionStore {
  /** Raises the floor to the beginning of the UTC month of `beforeMs` and drops the crashes of all months before it. */
  dropMonths(beforeMs: number): Promise<{ readonly floorMs: number; readonly droppedMonths: number } | null>;
  /**
   * Deletes at most `limit` rows of each kind that are from before the floor; fewer than that came to an end of them. What
   * the ledger counts of them, and from which positions of the log they came, is kept: a replay of one counts nothing.
   */
  forget(limit: number): Promise<ForgottenRows | null>;
  /**
   * Has at most `limit` bodies removed that no transcript has kept since before `beforeMs`, oldest first. One that cannot be
   * removed is tried again by a later call.
   * @param remove deletes the blob of that key
   * @returns how many are gone
   */
  dropBodies(beforeMs: number, limit: number, remove: (key: string) => Promise<void>): Promise<number>;
}
