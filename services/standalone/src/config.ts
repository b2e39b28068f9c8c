import { LOOPBACK } from '@oopstream/local-servers';
import { flag } from '@oopstream/runtime';
import { z } from 'zod';

const port = (standard: number) => z.coerce.number().int().min(0).max(65535).default(standard);

/** Section `standalone`. */
export const standaloneConfigSchema = z.object({
  dir: z
    .string()
    .min(1)
    .default('.local/standalone')
    .describe('Everything that this instance keeps: database, transcripts, connection.json, tokens.'),
  host: z.string().default(LOOPBACK).describe('Address that console, API and collector listen on.'),
  port: port(8640).describe('Port of console and API; 0 takes a free one.'),
  ingestPort: port(8641).describe('Port of the collector; 0 takes a free one.'),
  fsync: flag().default(true).describe('PostgreSQL keeps its promise over a power cut.'),
});
export type StandaloneConfig = z.infer<typeof standaloneConfigSchema>;
