import { z } from 'zod';

const ms = (default_: number) => z.coerce.number().int().min(1).default(default_);
const bytes = (default_: number) => z.coerce.number().int().min(1_024).default(default_);

/** Section `embeddedLog`. */
export const embeddedLogConfigSchema = z.object({
  heartbeatMs: ms(2_000).describe('Time between signs of life of a group member.'),
  sessionTimeoutMs: ms(10_000).describe(
    'A group member that is silent for so long loses its partitions to the others.',
  ),
  pollMs: ms(1_000).describe('Time between looks for records where no notification came.'),
  stallTimeoutMs: ms(120_000).describe(
    'A batch that neither ends nor says that it makes progress for so long loses its partition.',
  ),
  closeTimeoutMs: ms(30_000).describe(
    'Time that running batches have to finish when their subscription closes.',
  ),
  concurrentPartitions: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(2)
    .describe('Partitions that a subscription works on at once.'),
  maxAppendRecords: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(5_000)
    .describe('Most records in one commit.'),
  maxAppendBytes: bytes(8_000_000).describe('Most bytes in one commit.'),
  maxQueuedBytes: bytes(256_000_000).describe('Most bytes waiting to be committed; more are refused.'),
  sweepMs: ms(60_000).describe('Time between sweeps: deletions of what retention lets go.'),
  sweepRecords: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('Records that one statement of a sweep looks at.'),
});

export type EmbeddedLogConfig = z.infer<typeof embeddedLogConfigSchema>;
