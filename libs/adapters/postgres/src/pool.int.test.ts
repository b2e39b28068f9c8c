import { FatalError, RetryableError } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase, until } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { createPool, postgresConfigSchema } from './pool';
import type { PostgresPool } from './pool';

const logger = createLogger({ service: 'test', level: 'silent' });
const open = (settings: Readonly<Record<string, string>>): PostgresPool =>
  createPool(postgresConfigSchema.parse(settings), { logger });

let database: FreshDatabase;
let pool: PostgresPool;
beforeEach(async () => {
  database = await freshDatabase();
  pool = open({ url: database.connectionString, lockTimeoutMs: '150', statementTimeoutMs: '600' });
});
afterEach(async () => {
  await pool.close();
  await database.drop();
});

describe('pool', () => {
  it('has a default for every setting but the address', () => {
    const { url, ...settings } = postgresConfigSchema.parse({ url: 'postgres://u:p@h/d' });
    expect(String(url)).toBe('***');
    expect(settings).toEqual({
      maxConnections: 10,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 30_000,
      lockTimeoutMs: 15_000,
    });
  });

  it('gives bigint as number and time as milliseconds', async () => {
    const { rows } = await pool.query(
      `SELECT 9007199254740991::bigint AS large, null::bigint AS none, '2026-01-01T00:00:00.123Z'::timestamptz AS at`,
    );
    expect(rows).toEqual([{ large: Number.MAX_SAFE_INTEGER, none: null, at: Date.UTC(2026, 0, 1) + 123 }]);
  });

  it.each([
    ['a table', 'SELECT FROM oopstream.token'],
    ['a function', 'SELECT pg_catalog.oopstream_missing(1)'],
    ['a schema', 'CREATE TABLE oopstream.t ()'],
  ])('takes %s that is not there for one that migrate still has to make', async (_, text) => {
    const asked = pool.query(text);
    await expect(asked).rejects.toBeInstanceOf(RetryableError);
    await expect(asked).rejects.toMatchObject({
      reason: 'store-unavailable',
      message: expect.stringContaining('has migrate run?') as string,
    });
  });

  it('keeps nothing of a transaction whose work rejects, and takes the connection back', async () => {
    await pool.query('CREATE TABLE t (id integer PRIMARY KEY)');
    const failing = pool.transaction(async (sql) => {
      await sql.query('INSERT INTO t VALUES (1)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect((await pool.query('SELECT id FROM t')).rowCount).toBe(0);
    const transaction = await pool.begin();
    await transaction.query('INSERT INTO t VALUES (2)');
    await transaction.commit();
    await transaction.rollback();
    expect((await pool.query('SELECT id FROM t')).rows).toEqual([{ id: 2 }]);
  });

  it('gives up waiting for a row after the lock timeout, and for a statement after its own: both may pass', async () => {
    await pool.query('CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1)');
    const holder = await pool.begin();
    await holder.query('SELECT id FROM t FOR UPDATE');
    await expect(pool.query('UPDATE t SET id = 2')).rejects.toBeInstanceOf(RetryableError);
    await holder.rollback();
    await expect(pool.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ reason: 'store-unavailable' });
  });

  it('calls a wrong statement a bug and an absent server passing', async () => {
    await expect(pool.query('SELECT nonsense')).rejects.toBeInstanceOf(FatalError);
    const nobody = open({ url: 'postgres://postgres@127.0.0.1:1/none' });
    await expect(nobody.query('SELECT 1')).rejects.toBeInstanceOf(RetryableError);
    await expect(nobody.begin()).rejects.toBeInstanceOf(RetryableError);
    await nobody.close();
  });

  it('survives a connection that is cut in a transaction', async () => {
    const transaction = await pool.begin();
    const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    await expect(transaction.query('SELECT 1')).rejects.toBeInstanceOf(RetryableError);
    await transaction.rollback();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('listens, and again after its connection was cut, saying that something may have been missed', async () => {
    const heard: (string | null)[] = [];
    const listening = await pool.listen('channel', (payload) => heard.push(payload));
    await pool.query(`SELECT pg_notify('channel', 'one')`);
    await until(() => heard.includes('one'));
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`);
    await until(() => heard.filter((payload) => payload === null).length === 2);
    await pool.query(`SELECT pg_notify('channel', 'two')`);
    await until(() => heard.includes('two'));
    expect(heard).toEqual([null, 'one', null, 'two']);
    await listening.close();
  });
});
