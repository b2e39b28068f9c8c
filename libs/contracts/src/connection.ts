import { z } from 'zod';

/** `.local/<name>/connection.json` (mode 0600): how scripts, tests and the CLI find a running instance. */
export const connectionSchema = z.object({
  name: z.string(),
  mode: z.enum(['embedded', 'fleet']),
  /** Console and API. */
  url: z.string(),
  /** Collector. */
  ingestUrl: z.string(),
  /** `admin` carries the scopes read, raw and admin. */
  tokens: z.object({ ingest: z.string(), read: z.string(), admin: z.string() }),
  pids: z.array(z.int()),
  logs: z.array(z.string()),
  /** Where data lies when that is not beside this file. */
  dataDirs: z.array(z.string()),
});
export type Connection = z.infer<typeof connectionSchema>;
