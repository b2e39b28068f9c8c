import { z } from 'zod';

const DAY_MS = 86_400_000;
const count = (max: number) => z.coerce.number().int().min(1).max(max);

/** Section `dedup`. */
export const dedupConfigSchema = z.object({
  /** Receipts settled in one transaction. */
  maxBatchRecords: count(10_000).default(500),
  /** Bytes of those records. */
  maxBatchBytes: z.coerce.number().int().min(100_000).default(8_000_000),
  /** Receipts older than that are refused as `past-retention`. */
  retentionDays: count(36_500).default(400),
  /** How often the outbox is looked at, beside after each batch. */
  relayIntervalMs: z.coerce.number().int().min(10).default(1_000),
  /** Outbox rows handed on at a time. */
  relayBatchRows: count(10_000).default(200),
  /** Where people reach the console: webhooks link to it. */
  consoleUrl: z
    .url()
    .default('http://127.0.0.1:8080')
    .transform((url) => url.replace(/\/+$/, '')),
});
export type DedupConfig = z.infer<typeof dedupConfigSchema>;

/** @returns how long crashes are kept, milliseconds */
export function retentionMs(config: DedupConfig): number {
  return config.retentionDays * DAY_MS;
}
