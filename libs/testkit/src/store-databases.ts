import { createPool, migrate, postgresConfigSchema } from '@oopstream/adapter-postgres';
import type { PostgresPool } from '@oopstream/adapter-postgres';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from './fresh-database';
import type { FreshDatabase } from './fresh-database';

/** Databases with the store's schema, for the tests of one file. */
export interface StoreDatabases {
  /** An empty store of its own. */
  open(): Promise<PostgresPool>;
  /** To be called after each test. */
  dropAll(): Promise<void>;
}

/** @param maxConnections of each pool */
export function storeDatabases(maxConnections = 6): StoreDatabases {
  const opened: { readonly pool: PostgresPool; readonly database: FreshDatabase }[] = [];
  const openPool = (url: string): PostgresPool => {
    const config = postgresConfigSchema.parse({ url, maxConnections: String(maxConnections) });
    return createPool(config, { logger: createLogger({ service: 'test', level: 'warn' }) });
  };
  const prepare = async (url: string): Promise<void> => {
    const pool = openPool(url);
    await migrate(pool);
    await pool.close();
  };
  return {
    async open() {
      const database = await freshDatabase({ template: 'store', prepare });
      const pool = openPool(database.connectionString);
      opened.push({ pool, database });
      return pool;
    },
    async dropAll() {
      for (const { pool, database } of opened.splice(0)) {
        await pool.close();
        await database.drop();
      }
    },
  };
}
