import { z } from 'zod';

const milliseconds = (min: number) => z.coerce.number().int().min(min);

/** Section `jobs`. */
export const jobsConfigSchema = z.object({
  backend: z
    .enum(['postgres', 'redis'])
    .default('postgres')
    .describe(
      '`postgres`: in the database that holds everything else; `redis`: for fleets, thousands of jobs a second.',
    ),
  prefix: z.string().min(1).default('oopstream').describe('Redis: put before every key.'),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/)
    .default('oopstream_jobs')
    .describe('PostgreSQL: schema of the job tables, made when missing.'),
  maxConnections: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(4)
    .describe('PostgreSQL: connections of each queue and each worker, besides one that listens.'),
  lockMs: milliseconds(500).default(30_000).describe('Time that a worker that fell silent keeps its job.'),
  stalledCheckMs: milliseconds(100)
    .default(15_000)
    .describe('Time between looks for jobs of silent workers.'),
  backOffMs: milliseconds(10).default(5_000).describe('Delay after a run that threw.'),
  keepCompletedMs: milliseconds(1_000)
    .default(60_000)
    .describe('Time that the id of a completed job stays taken: a second enqueue within it is a no-op.'),
  keepCompletedCount: z.coerce.number().int().min(0).default(10_000).describe('Most completed ids kept.'),
  timeoutMs: milliseconds(100)
    .default(10_000)
    .describe('Longest wait for the backing server, at opening, enqueuing and closing.'),
});
export type JobsConfig = z.infer<typeof jobsConfigSchema>;
