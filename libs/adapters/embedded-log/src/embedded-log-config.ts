import { z } from 'zod';

const ms = (default_: number) => z.coerce.number().int().min(1).default(default_);
const bytes = (default_: number) => z.coerce.number().int().min(1_024).default(default_);

/** Section `embeddedLog`. */
export const embeddedLogConfigSchema = z.object({
  /** How often a member of a group shows that it lives. */
  heartbeatMs: ms(2_000),
  /** A member that was silent for this long loses its partitions to the others. */
  sessionTimeoutMs: ms(10_000),
  /** How often to look for records where no notification came. */
  pollMs: ms(1_000),
  /** A batch that neither ends nor says that it makes progress for this long loses its partition. */
  stallTimeoutMs: ms(120_000),
  /** How long a closing subscription waits for its running batches before it aborts them. */
  closeTimeoutMs: ms(30_000),
  /** Partitions that a subscription works on at the same time. */
  concurrentPartitions: z.coerce.number().int().min(1).max(64).default(2),
  /** One commit takes at most so many records, of so many bytes. */
  maxAppendRecords: z.coerce.number().int().min(1).max(100_000).default(5_000),
  maxAppendBytes: bytes(8_000_000),
  /** Records that wait to be committed; more are refused. */
  maxQueuedBytes: bytes(256_000_000),
  /** How often to delete what retention lets go. */
  sweepMs: ms(60_000),
  /** Records that one statement of a sweep looks at. */
  sweepRecords: z.coerce.number().int().min(1).max(100_000).default(1_000),
});

export type EmbeddedLogConfig = z.infer<typeof embeddedLogConfigSchema>;
