import { z } from 'zod';

const milliseconds = (min: number) => z.coerce.number().int().min(min);

/** Section `jobs`. */
export const jobsConfigSchema = z.object({
  /** `postgres`: in the database that holds everything else; `redis`: for fleets, thousands of jobs a second. */
  backend: z.enum(['postgres', 'redis']).default('postgres'),
  /** Redis: before every key. */
  prefix: z.string().min(1).default('oopstream'),
  /** PostgreSQL: schema of the job tables, made when missing. */
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/)
    .default('oopstream_jobs'),
  /** PostgreSQL: connections of each queue and each worker, besides one that listens. */
  maxConnections: z.coerce.number().int().min(1).max(50).default(4),
  /** How long a worker that fell silent keeps its job. */
  lockMs: milliseconds(500).default(30_000),
  /** How often jobs of silent workers are looked for. */
  stalledCheckMs: milliseconds(100).default(15_000),
  /** Delay after a run that threw. */
  backOffMs: milliseconds(10).default(5_000),
  /** How long the id of a completed job stays taken: a second enqueue within it is a no-op. */
  keepCompletedMs: milliseconds(1_000).default(60_000),
  /** Completed ids kept at most. */
  keepCompletedCount: z.coerce.number().int().min(0).default(10_000),
  /** Longest wait for the backing server, at opening, enqueuing and closing. */
  timeoutMs: milliseconds(100).default(10_000),
});
export type JobsConfig = z.infer<typeof jobsConfigSchema>;
