import { z } from 'zod';
import { censusSettings } from './census-config';
import { patternSettings } from './pattern-config';

/** Section `api`. */
export const apiConfigSchema = z.object({
  host: z.string().default('0.0.0.0').describe('Address to listen on.'),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8080)
    .describe('Port to listen on; 0 takes a free one.'),
  maxBodyBytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(10_000_000)
    .default(65_536)
    .describe('Largest request body.'),
  maxRawBytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(268_435_456)
    .default(8_388_608)
    .describe('Most bytes of transcripts that one answer holds; a single larger one is answered alone.'),
  requestTimeoutMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(600_000)
    .default(30_000)
    .describe('Longest time that one request may take to arrive.'),
  ledgerIntervalMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .default(30_000)
    .describe('Time between sums of the ledger for its metric; 0 never.'),
  ledgerMaxHours: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(744)
    .describe('Most hours of the ledger that one answer holds.'),
  ...censusSettings,
  ...patternSettings,
  consoleDir: z
    .string()
    .optional()
    .describe('Folder of the console’s build; the one of this checkout when not given.'),
});
export type ApiConfig = z.infer<typeof apiConfigSchema>;
