import { z } from 'zod';

const milliseconds = (min: number) => z.coerce.number().int().min(min);

/** Section `alert`. */
export const alertConfigSchema = z.object({
  concurrency: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(16)
    .describe('Webhooks sent at once by this process.'),
  sweepIntervalMs: milliseconds(10)
    .default(10_000)
    .describe('Time between looks for deliveries that the job queue lost.'),
  sweepAgeMs: milliseconds(100)
    .default(60_000)
    .describe('Time that a delivery must be due and untouched to count as lost.'),
  sweepBatch: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Deliveries enqueued again at a time.'),
  maxRetryAfterMs: milliseconds(0)
    .default(86_400_000)
    .describe('Longest wait that a receiver’s `Retry-After` may ask for.'),
});
export type AlertConfig = z.infer<typeof alertConfigSchema>;
