import type { RateDecision, RateLimiter } from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import type { RedisConfig } from './redis-config';
import { connectRedis } from './redis-connection';

/**
 * A bucket is its tokens and when they were counted, by Redis' clock, which all replicas share. It expires when it
 * would be full again. Answers 0, or how many milliseconds are missing.
 */
const TAKE = `
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + time[2] / 1000
local per_ms = tonumber(ARGV[1]) / 1000
local burst = tonumber(ARGV[2])
local cost = math.min(tonumber(ARGV[3]), burst)
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at_ms')
local tokens = burst
if held[1] then
  tokens = math.min(burst, held[1] + math.max(0, now_ms - held[2]) * per_ms)
end
local missing_ms = 0
if cost - tokens > 1e-9 then
  missing_ms = math.max(1, math.ceil((cost - tokens) / per_ms))
else
  tokens = math.max(0, tokens - cost)
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at_ms', string.format('%.17g', now_ms))
redis.call('PEXPIRE', KEYS[1], string.format('%d', math.min(2^40, (burst - tokens) / per_ms + 1000)))
return missing_ms`;

const LOG_EVERY_MS = 10_000;

export interface RedisRateLimiterDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Limits that all replicas share. While Redis is away, or slow, everything is allowed and counted. */
export function createRedisRateLimiter(config: RedisConfig, deps: RedisRateLimiterDeps): RateLimiter {
  const redis = connectRedis(config, { logger: deps.logger, maxRetriesPerRequest: 0 });
  let logAtMs = 0;
  const allowAnyway = (error: unknown): RateDecision => {
    deps.metrics.count('oopstream_limiter_failures', 1, {});
    if (performance.now() >= logAtMs) {
      logAtMs = performance.now() + LOG_EVERY_MS;
      deps.logger.warn({ reason: String(error) }, 'rate limits cannot be asked: everything is allowed');
    }
    return { allowed: true };
  };
  return {
    async take(key, cost, { perSecond, burst }) {
      try {
        const bucket = `${config.prefix}:rate:${key}`;
        const missingMs = Number(await redis.eval(TAKE, 1, bucket, perSecond, burst, cost));
        return missingMs === 0 ? { allowed: true } : { allowed: false, retryAfterMs: missingMs };
      } catch (error) {
        return allowAnyway(error);
      }
    },
    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}
