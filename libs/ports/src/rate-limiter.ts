/** Token-bucket limits shared by all replicas. Adapters: Redis (fleet), memory (embedded, tests). */
export interface RateLimiter {
  /**
   * Takes `cost` from the bucket of `key`, or takes nothing and says how long until it would fit. A cost above the
   * burst counts as the burst: it fits when the bucket is full. Never rejects: when the store is away everything is
   * allowed, and counted.
   */
  take(key: string, cost: number, limit: RateLimit): Promise<RateDecision>;
  close(): Promise<void>;
}

/** Both above 0. A bucket that was not used for long is full. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** `retryAfterMs` is a whole number from 1. */
export type RateDecision =
  { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };
