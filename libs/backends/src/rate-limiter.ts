import { createRedisRateLimiter, redisConfigSchema } from '@oopstream/adapter-redis';
import { createMemoryRateLimiter } from '@oopstream/ports';
import type { RateLimiter } from '@oopstream/ports';
import { ConfigError } from '@oopstream/runtime';
import type { Config, ProcessContext } from '@oopstream/runtime';
import { z } from 'zod';

/** Sections that choose and set up rate limits. */
export const limiterSections = {
  limits: z.object({
    backend: z
      .enum(['memory', 'redis'])
      .default('memory')
      .describe('`memory`: each process counts for itself; `redis`: all replicas share one count.'),
  }),
  redis: redisConfigSchema,
} as const;

/** @throws ConfigError when Redis is named and its address is missing */
export function openRateLimiter(
  config: Config<typeof limiterSections>,
  context: ProcessContext,
): RateLimiter {
  if (config.limits.backend === 'memory') return createMemoryRateLimiter({ clock: context.clock });
  if (config.redis.url === undefined)
    throw new ConfigError('OOPSTREAM_REDIS_URL: needed with OOPSTREAM_LIMITS_BACKEND=redis');
  return createRedisRateLimiter(config.redis, context);
}
