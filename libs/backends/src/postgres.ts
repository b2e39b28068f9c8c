import { createPool, postgresConfigSchema } from '@oopstream/adapter-postgres';
import type { PostgresPool } from '@oopstream/adapter-postgres';
import { ConfigError } from '@oopstream/runtime';
import type { Opened, ProcessContext } from '@oopstream/runtime';
import type { z } from 'zod';

/** Section `postgres` where it depends on other settings whether there is one. */
export const postgresSection = postgresConfigSchema.partial({ url: true });

/** The process's one pool of connections, opened when first asked for. */
export interface Postgres extends Opened {
  /** @throws ConfigError when no address was given */
  pool(): PostgresPool;
}

export function openPostgres(config: z.infer<typeof postgresSection>, context: ProcessContext): Postgres {
  let pool: PostgresPool | null = null;
  return {
    pool: () => {
      const { url } = config;
      if (url === undefined) throw new ConfigError('OOPSTREAM_POSTGRES_URL: needed with these backends');
      return (pool ??= createPool({ ...config, url }, context));
    },
    close: async () => pool?.close(),
  };
}
