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

export interface BodySweep {
  /** Bodies that nobody has kept since before it are looked at. */
  readonly beforeMs: number;
  readonly nowMs: number;
  readonly limit: number;
}

export interface SweptBodies {
  readonly looked: number;
  /** Of these. */
  readonly gone: number;
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
   * Has bodies removed that no transcript has kept for a while, oldest first. One that cannot be removed is tried again by a
   * later call; one that came again counts as let go of anew.
   * @param remove deletes the blob of that key; `false`: it stays, since it was put again lately
   */
  dropBodies(sweep: BodySweep, remove: (key: string) => Promise<boolean>): Promise<SweptBodies>;
}
