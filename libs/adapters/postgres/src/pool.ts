import { FatalError } from '@oopstream/ports';
import { secret } from '@oopstream/runtime';
import type { Logger } from '@oopstream/runtime';
import { Client, Pool, types } from 'pg';
import type { ClientBase, CustomTypesConfig, PoolClient } from 'pg';
import { z } from 'zod';
import { translateError } from './postgres-error';

/** Section `postgres`. */
export const postgresConfigSchema = z.object({
  url: secret().describe('`postgres://user:password@host:port/database`.'),
  maxConnections: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(10)
    .describe('Most connections of this process.'),
  connectTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .default(5_000)
    .describe('Longest wait for a connection.'),
  statementTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .default(30_000)
    .describe('Longest statement; also the longest that a transaction may sit idle.'),
  lockTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .default(15_000)
    .describe('Longest wait for a row that another transaction holds.'),
});
export type PostgresConfig = z.infer<typeof postgresConfigSchema>;

/**
 * Something that takes statements. Rows come with `bigint` as number and `timestamptz` as milliseconds since 1970;
 * `jsonb` parsed. With a `name` the statement is prepared once a connection.
 * @throws RetryableError `store-unavailable` @throws FatalError `store-query-failed`
 */
export interface Sql {
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
}

/** An open transaction on a connection of its own. Ends with exactly one of the two; a later end is a no-op. */
export interface Transaction extends Sql {
  commit(): Promise<void>;
  /** Never throws: a connection that cannot roll back is thrown away. */
  rollback(): Promise<void>;
}

export interface PostgresPool extends Sql {
  begin(): Promise<Transaction>;
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Listens on a connection of its own that comes back by itself. `onNotification` is told the payload, or `null`
   * whenever the connection was made (again): something may have been missed.
   */
  listen(
    channel: string,
    onNotification: (payload: string | null) => void,
  ): Promise<{ close(): Promise<void> }>;
  close(): Promise<void>;
}

const RELISTEN_MS = 1_000;

const parseTimestamp = types.getTypeParser(types.builtins.TIMESTAMPTZ) as (text: string) => Date;
const typeParsers: CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === types.builtins.INT8) return Number;
    if (oid === types.builtins.TIMESTAMPTZ) return (text: string) => Number(parseTimestamp(text));
    return types.getTypeParser(oid, format) as (text: string) => unknown;
  },
};

/** @returns a pool that connects when first used. Closing it waits for what is checked out. */
export function createPool(config: PostgresConfig, deps: { readonly logger: Logger }): PostgresPool {
  const connection = {
    connectionString: config.url.reveal(),
    connectionTimeoutMillis: config.connectTimeoutMs,
    keepAlive: true,
    application_name: 'oopstream',
    types: typeParsers,
  };
  const pool = new Pool({
    ...connection,
    max: config.maxConnections,
    idleTimeoutMillis: 30_000,
    statement_timeout: config.statementTimeoutMs,
    lock_timeout: config.lockTimeoutMs,
    idle_in_transaction_session_timeout: config.statementTimeoutMs,
  });
  // Only the message: the error carries the whole client, with all that it has prepared.
  pool.on('error', ({ message }) =>
    deps.logger.warn({ reason: message }, 'an idle database connection broke'),
  );

  // For as long as a connection lives: a server that stops between two statements says so at any time, and an error that nobody
  // hears ends the process. Whoever holds the connection learns of it at the next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));

  const begin = async (): Promise<Transaction> => {
    const client = await pool.connect().catch(rethrow);
    try {
      await client.query('BEGIN');
    } catch (error) {
      client.release(true);
      throw translateError(error);
    }
    return openTransaction(client);
  };

  return {
    query: (text, values, name) => run(pool, text, values, name),
    begin,
    async transaction(work) {
      const transaction = await begin();
      try {
        const result = await work(transaction);
        await transaction.commit();
        return result;
      } finally {
        await transaction.rollback();
      }
    },
    listen: (channel, onNotification) =>
      listen(() => new Client(connection), channel, onNotification, deps.logger),
    close: () => pool.end(),
  };
}

function rethrow(error: unknown): never {
  throw translateError(error);
}

/** Text of each name: a connection would take the one it prepared first for all of that name. */
const prepared = new Map<string, string>();

/** @throws FatalError where a name stands for two texts */
function checkName(name: string, text: string): void {
  const known = prepared.get(name);
  if (known === undefined) prepared.set(name, text);
  else if (known !== text) throw new FatalError('store-query-failed', `two statements are named ${name}`);
}

async function run<Row extends object>(
  on: Pool | ClientBase,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<{ rows: Row[]; rowCount: number }> {
  if (name !== undefined) checkName(name, text);
  try {
    const result = await on.query<Row>({ text, values: [...values], ...(name !== undefined && { name }) });
    return { rows: result.rows, rowCount: result.rowCount ?? 0 };
  } catch (error) {
    throw translateError(error);
  }
}

function openTransaction(client: PoolClient): Transaction {
  let ended = false;
  return {
    query: (text, values, name) => run(client, text, values, name),
    async commit() {
      if (ended) return;
      ended = true;
      try {
        await client.query('COMMIT');
        client.release();
      } catch (error) {
        client.release(true);
        throw translateError(error);
      }
    },
    async rollback() {
      if (ended) return;
      ended = true;
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
    },
  };
}

async function listen(
  makeClient: () => Client,
  channel: string,
  onNotification: (payload: string | null) => void,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  let closed = false;
  let current: Client | null = null;
  let timer: NodeJS.Timeout | null = null;

  const connect = async (): Promise<void> => {
    const client = makeClient();
    client.on('notification', (message) => onNotification(message.payload ?? ''));
    client.on('error', () => undefined);
    client.on('end', () => {
      if (current === client) again();
    });
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    if (closed) return client.end();
    current = client;
    onNotification(null);
  };
  const again = (): void => {
    current = null;
    if (closed) return;
    timer = setTimeout(() => {
      connect().catch((error: unknown) => {
        logger.warn({ err: error, channel }, 'cannot listen for notifications, trying again');
        again();
      });
    }, RELISTEN_MS);
  };

  await connect().catch(rethrow);
  return {
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await current?.end();
    },
  };
}
