import type { Clock } from './clock';
import type { RateDecision, RateLimit, RateLimiter } from './rate-limiter';

export interface MemoryRateLimiterOptions {
  readonly clock: Clock;
  /** The bucket that was not used for longest is forgotten (which fills it) when there are more; default 100 000. */
  readonly maxKeys?: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** The limiter of a single process: the embedded one, and the tests'. */
export function createMemoryRateLimiter(options: MemoryRateLimiterOptions): RateLimiter {
  const maxKeys = options.maxKeys ?? 100_000;
  const buckets = new Map<string, Bucket>();
  return {
    take(key, cost, limit) {
      const bucket = refill(buckets.get(key), limit, options.clock.nowMs());
      // A Map remembers the order of insertion: putting the bucket in again makes it the most recent.
      buckets.delete(key);
      buckets.set(key, bucket);
      for (const oldest of buckets.keys()) {
        if (buckets.size <= maxKeys) break;
        buckets.delete(oldest);
      }
      return Promise.resolve(takeFrom(bucket, Math.min(cost, limit.burst), limit));
    },
    close: () => Promise.resolve(),
  };
}

function refill(bucket: Bucket | undefined, limit: RateLimit, nowMs: number): Bucket {
  if (bucket === undefined) return { tokens: limit.burst, atMs: nowMs };
  const gained = (Math.max(0, nowMs - bucket.atMs) * limit.perSecond) / 1_000;
  return { tokens: Math.min(limit.burst, bucket.tokens + gained), atMs: nowMs };
}

/** What is missing by less than this is there: sums of fractions do not come out even. */
const ROUNDING = 1e-9;

function takeFrom(bucket: Bucket, cost: number, limit: RateLimit): RateDecision {
  const missing = cost - bucket.tokens;
  if (missing > ROUNDING)
    return { allowed: false, retryAfterMs: Math.max(1, Math.ceil((missing * 1_000) / limit.perSecond)) };
  bucket.tokens = Math.max(0, -missing);
  return { allowed: true };
}
