import { createPool, postgresConfigSchema } from '@oopstream/adapter-postgres';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from './fresh-database';

const logger = createLogger({ service: 'test', level: 'warn' });
const open = (url: string) => createPool(postgresConfigSchema.parse({ url }), { logger });

describe('freshDatabase', () => {
  it('prepares a template once, however many ask at the same time, and copies it for each', async () => {
    let prepared = 0;
    const from = {
      template: 'fresh_database_test',
      prepare: async (url: string) => {
        prepared += 1;
        const pool = open(url);
        await pool.query('CREATE TABLE seed AS SELECT 42 AS answer');
        await pool.close();
      },
    };
    const databases = await Promise.all([1, 2, 3].map(() => freshDatabase(from)));
    expect(prepared).toBe(1);
    expect(new Set(databases.map((one) => one.connectionString)).size).toBe(3);
    for (const database of databases) {
      const pool = open(database.connectionString);
      expect((await pool.query('SELECT answer FROM seed')).rows).toEqual([{ answer: 42 }]);
      await pool.close();
      await database.drop();
    }
  });

  it('prepares again after preparing failed', async () => {
    const template = 'fresh_database_failing_test';
    const failing = { template, prepare: () => Promise.reject(new Error('migration is broken')) };
    await expect(freshDatabase(failing)).rejects.toThrow('migration is broken');
    const database = await freshDatabase({ template, prepare: () => Promise.resolve() });
    await database.drop();
  });
});
