import { secret } from '@oopstream/runtime';
import { z } from 'zod';

/** Section `migrate`. */
export const migrateConfigSchema = z.object({
  tenant: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .default('default')
    .describe('Tenant that the given tokens belong to.'),
  ingestToken: secret()
    .optional()
    .describe('Token `oops_<id>_<secret>` with scope ingest, made known unless it is.'),
  readToken: secret().optional().describe('Token with scope read, made known unless it is.'),
  adminToken: secret().optional().describe('Token with scopes read, raw and admin, made known unless it is.'),
  waitMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(120_000)
    .describe('Longest wait for the backing services to come up.'),
});
export type MigrateConfig = z.infer<typeof migrateConfigSchema>;
