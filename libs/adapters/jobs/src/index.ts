export { jobsConfigSchema } from './config';
export type { JobsConfig } from './config';
export type { JobDeps, Jobs } from './job-bench';
export { createPostgresJobs } from './postgres-jobs';
export { createRedisJobs } from './redis-jobs';
