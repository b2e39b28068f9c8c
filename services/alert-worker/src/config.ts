import { z } from 'zod';

const milliseconds = (min: number) => z.coerce.number().int().min(min);

/** Section `alert`. */
export const alertConfigSchema = z.object({
  /** Webhooks sent at once by this process. */
  concurrency: z.coerce.number().int().min(1).max(1_000).default(16),
  /** How often deliveries that the job queue lost are looked for. */
  sweepIntervalMs: milliseconds(10).default(10_000),
  /** How long a delivery must be due and untouched to count as lost. */
  sweepAgeMs: milliseconds(100).default(60_000),
  /** Deliveries enqueued again at a time. */
  sweepBatch: z.coerce.number().int().min(1).max(10_000).default(500),
  /** Longest wait that a receiver's `Retry-After` may ask for. */
  maxRetryAfterMs: milliseconds(0).default(86_400_000),
});
export type AlertConfig = z.infer<typeof alertConfigSchema>;
