import { createRedisBackend, withBackend } from 'bullmq';
import type { RedisOptions } from 'bullmq';
import { createJobs } from './job-bench';
import type { JobDeps, Jobs } from './job-bench';

const RECONNECT_MS = { first: 100, most: 2_000 };

/**
 * Jobs in Redis, which must run with `maxmemory-policy noeviction`. What Redis loses (up to a second of jobs with
 * `appendfsync everysec`) the owner of the truth has to enqueue again.
 * @param deps `url` as `redis://user:password@host:port/db`, or `rediss://`
 */
export function createRedisJobs(deps: JobDeps & { readonly url: string }): Jobs {
  const connection: RedisOptions = {
    url: deps.url,
    connectTimeout: deps.config.timeoutMs,
    retryStrategy: (times) => Math.min(RECONNECT_MS.first * times, RECONNECT_MS.most),
  };
  return createJobs({
    ...deps,
    classes: withBackend(createRedisBackend),
    // Whoever enqueues wants to know soon that Redis is away; a worker waits for it.
    connect: (use) => ({
      connection: { ...connection, maxRetriesPerRequest: use === 'enqueue' ? 3 : null },
      gone: () => Promise.resolve(),
    }),
  });
}
