import { randomBytes } from 'node:crypto';
import { createPool, postgresConfigSchema } from '@oopstream/adapter-postgres';
import type { PostgresPool } from '@oopstream/adapter-postgres';
import { createLogger } from '@oopstream/runtime';
import { postgresUrl } from './server-addresses';

/** An empty database of one test, or a copy of a prepared one. */
export interface FreshDatabase {
  readonly connectionString: string;
  /** How many clients the server counts on it now. */
  connections(): Promise<number>;
  /** Cuts off whoever is still connected. */
  drop(): Promise<void>;
}

/** A database that is prepared once in a test run and copied (in some 30 ms) for each test. */
export interface DatabaseTemplate {
  /** Names what `prepare` does; lower-case letters and `_`. */
  readonly template: string;
  /** Migrates the database; has closed its connections when it resolves. */
  prepare(connectionString: string): Promise<void>;
}

/** Makes a database on the test run's server. */
export async function freshDatabase(from?: DatabaseTemplate): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withServer(async (pool) => {
    const source = from === undefined ? 'template0' : await ensureTemplate(pool, from);
    await pool.query(`CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY file_copy`);
  });
  return {
    connectionString: connectionStringOf(name),
    connections: () =>
      withServer(async (pool) => {
        const sql = 'SELECT FROM pg_stat_activity WHERE datname = $1';
        return (await pool.query(sql, [name])).rowCount;
      }),
    drop: () =>
      withServer(async (pool) => {
        await pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

/** Prepares once for all workers of the run; the flag `datistemplate` says that preparing went through. */
async function ensureTemplate(pool: PostgresPool, from: DatabaseTemplate): Promise<string> {
  const name = `prepared_${from.template}`;
  if (await isPrepared(pool, name)) return name;
  // Databases cannot be created within a transaction: this one only holds the lock.
  await pool.transaction(async (lock) => {
    await lock.query('SELECT pg_advisory_xact_lock(hashtext($1))', [name]);
    if (await isPrepared(pool, name)) return;
    await pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await pool.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    await from.prepare(connectionStringOf(name));
    await pool.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
  });
  return name;
}

async function isPrepared(pool: PostgresPool, name: string): Promise<boolean> {
  const sql = 'SELECT FROM pg_database WHERE datname = $1 AND datistemplate';
  return (await pool.query(sql, [name])).rowCount === 1;
}

function connectionStringOf(database: string): string {
  const url = new URL(postgresUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function withServer<T>(work: (pool: PostgresPool) => Promise<T>): Promise<T> {
  const config = {
    url: postgresUrl(),
    maxConnections: '2',
    lockTimeoutMs: '60000',
    statementTimeoutMs: '60000',
  };
  const pool = createPool(postgresConfigSchema.parse(config), {
    logger: createLogger({ service: 'testkit', level: 'warn' }),
  });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}
