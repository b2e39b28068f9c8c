import { createPostgresJobs, createRedisJobs, jobsConfigSchema } from '@oopstream/adapter-jobs';
import type { Jobs } from '@oopstream/adapter-jobs';
import { ConfigError } from '@oopstream/runtime';
import type { Config, ProcessContext } from '@oopstream/runtime';
import { postgresSection } from './postgres';
import { redisConfigSchema } from '@oopstream/adapter-redis';

/** Sections that choose and set up the job queue. */
export const jobsSections = {
  jobs: jobsConfigSchema,
  redis: redisConfigSchema,
  postgres: postgresSection,
} as const;

/** Opens the job queue that section `jobs` names. @throws ConfigError when that one lacks its address */
export function openJobs(config: Config<typeof jobsSections>, context: ProcessContext): Jobs {
  const { backend } = config.jobs;
  const url = backend === 'redis' ? config.redis.url : config.postgres.url;
  if (url === undefined)
    throw new ConfigError(
      `OOPSTREAM_${backend.toUpperCase()}_URL: needed with OOPSTREAM_JOBS_BACKEND=${backend}`,
    );
  const deps = { ...context, config: config.jobs };
  return backend === 'redis'
    ? createRedisJobs({ ...deps, url: url.reveal() })
    : createPostgresJobs({ ...deps, connectionString: url.reveal() });
}
