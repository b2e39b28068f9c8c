/** Token-bucket limits shared by all replicas. Adapters: Redis (fleet), memory (embedded, tests). */
export interface RateLimiter {
  /** Takes `cost` from the bucket of `key`, or says how long until it would fit. Fails open when the store is away. */
  take(key: string, cost: number, limit: RateLimit): Promise<RateDecision>;
  close(): Promise<void>;
}

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export type RateDecision =
  { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };
