import { secret } from '@oopstream/runtime';
import { z } from 'zod';

/** Section `migrate`. */
export const migrateConfigSchema = z.object({
  /** Tenant of the tokens below. */
  tenant: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .default('default'),
  /** Tokens of the form `oops_<id>_<secret>` to make known, where they are not yet. */
  ingestToken: secret().optional(),
  readToken: secret().optional(),
  adminToken: secret().optional(),
  /** How long to wait for the backing services to come up. */
  waitMs: z.coerce.number().int().min(0).max(3_600_000).default(120_000),
});
export type MigrateConfig = z.infer<typeof migrateConfigSchema>;
