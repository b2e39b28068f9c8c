import { createHash } from 'node:crypto';
import { FatalError } from '@oopstream/ports';
import { MIGRATIONS } from './migrations';
import type { PostgresPool, Sql } from './pool';

/** One step of a schema, forward only; never edited once released: its checksum is verified at each run. */
export interface Migration {
  /** Rises by one from 1. */
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

/** Any constant does: all runs on one database take turns. */
const MIGRATION_LOCK = 7_246_190_013;

/**
 * Brings the store's schema up to date. Safe to run again and from several processes at once.
 * @returns the names of what was applied, none when nothing was missing
 * @throws FatalError `migration-mismatch` when what was applied differs from what this release holds
 */
export function migrate(pool: PostgresPool): Promise<readonly string[]> {
  return runMigrations(pool, 'store', MIGRATIONS);
}

/** As {@link migrate}, for the tables of another part of the product: `scope` keeps their numbers apart. */
export async function runMigrations(
  pool: PostgresPool,
  scope: string,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const applied: string[] = [];
  while (true) {
    const name = await pool.transaction((sql) => applyNext(sql, scope, migrations));
    if (name === null) return applied;
    applied.push(name);
  }
}

/** One migration a transaction, the lock held for its length. */
async function applyNext(sql: Sql, scope: string, migrations: readonly Migration[]): Promise<string | null> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await sql.query('CREATE SCHEMA IF NOT EXISTS oopstream');
  await sql.query(`CREATE TABLE IF NOT EXISTS oopstream.schema_migration (
    scope text NOT NULL, id integer NOT NULL, name text NOT NULL, checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (scope, id))`);
  const { rows } = await sql.query<{ id: number; checksum: string }>(
    'SELECT id, checksum FROM oopstream.schema_migration WHERE scope = $1 ORDER BY id',
    [scope],
  );
  verify(scope, migrations, rows);
  const next = migrations[rows.length];
  if (next === undefined) return null;
  await sql.query(next.sql);
  await sql.query(
    'INSERT INTO oopstream.schema_migration (scope, id, name, checksum) VALUES ($1, $2, $3, $4)',
    [scope, next.id, next.name, checksum(next)],
  );
  return next.name;
}

function verify(
  scope: string,
  migrations: readonly Migration[],
  applied: readonly { id: number; checksum: string }[],
): void {
  applied.forEach((row, index) => {
    const known = migrations[index];
    if (known === undefined || known.id !== row.id || checksum(known) !== row.checksum)
      throw new FatalError(
        'migration-mismatch',
        `migration ${scope}/${row.id} of the database is not the one that this release holds`,
      );
  });
}

function checksum(migration: Migration): string {
  return createHash('sha256').update(`${migration.name}\n${migration.sql}`).digest('hex');
}
