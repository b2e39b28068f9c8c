import { LOOPBACK } from '@oopstream/local-servers';
import { z } from 'zod';

const port = (standard: number) => z.coerce.number().int().min(0).max(65535).default(standard);

/** Section `standalone`. */
export const standaloneConfigSchema = z.object({
  /** Everything that this instance keeps: database, transcripts, connection.json, tokens. */
  dir: z.string().min(1).default('.local/standalone'),
  /** Address that console, API and collector listen on. */
  host: z.string().default(LOOPBACK),
  /** Of console and API; 0 takes a free port. */
  port: port(8640),
  /** Of the collector; 0 takes a free port. */
  ingestPort: port(8641),
  /** PostgreSQL keeps its promise over a power cut. */
  fsync: z.stringbool().default(true),
});
export type StandaloneConfig = z.infer<typeof standaloneConfigSchema>;
