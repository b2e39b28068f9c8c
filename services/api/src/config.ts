import path from 'node:path';
import { z } from 'zod';

/** Section `api`. */
export const apiConfigSchema = z.object({
  host: z.string().default('0.0.0.0'),
  /** 0 takes a free port. */
  port: z.coerce.number().int().min(0).max(65535).default(8080),
  /** Largest request body, bytes. */
  maxBodyBytes: z.coerce.number().int().min(1024).max(10_000_000).default(65_536),
  /** Longest that one request may take to arrive, milliseconds. */
  requestTimeoutMs: z.coerce.number().int().min(1_000).max(600_000).default(30_000),
  /** How often the ledger is added up for its metric, milliseconds; 0 never. */
  ledgerIntervalMs: z.coerce.number().int().min(0).max(86_400_000).default(30_000),
  /** Folder of the console's build; a page says how to build it when it is not there. */
  consoleDir: z.string().default(path.resolve(__dirname, '../../console/dist')),
});
export type ApiConfig = z.infer<typeof apiConfigSchema>;
