/** Counts in how many group keys of a fleet each function stands: what is everywhere proves no likeness. */
export interface FrameModelStore {
  /**
   * Counts anew for tenants that have at least a tenth more keys than when they were counted last. Joins say which count
   * they were made with.
   * @returns tenants that were counted; `null` while another process is at it
   * @throws RetryableError `store-unavailable`
   */
  recount(nowMs: number): Promise<number | null>;
}

/** Share of keys that have to be new before functions are counted again. */
export const RECOUNT_GROWTH = 0.1;
