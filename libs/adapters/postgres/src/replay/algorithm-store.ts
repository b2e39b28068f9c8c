import type { AlgorithmStore } from '@oopstream/ports';
import { timestamp } from '../json-rows';
import type { PostgresPool, Sql } from '../pool';

/** What tenants were signed by before they could choose. */
const FIRST_VERSION = 1;

const SELECT_VERSIONS =
  'SELECT tenant, version FROM oopstream.tenant_algorithm WHERE tenant = ANY($1::text[])';

const DECIDE_VERSIONS = `
INSERT INTO oopstream.tenant_algorithm (tenant, version, since)
SELECT tenant, CASE WHEN EXISTS (SELECT FROM oopstream.incident_key key WHERE key.tenant = asked.tenant)
  THEN ${FIRST_VERSION} ELSE $2::integer END, now()
FROM unnest($1::text[]) AS asked (tenant) ORDER BY tenant COLLATE "C"
ON CONFLICT (tenant) DO NOTHING`;

/** Decides, once and for all until a replay changes it, where nobody did yet. */
export async function readActiveVersions(
  sql: Sql,
  tenants: readonly string[],
  newest: number,
): Promise<ReadonlyMap<string, number>> {
  const read = async (): Promise<Map<string, number>> => {
    const { rows } = await sql.query<{ tenant: string; version: number }>(
      SELECT_VERSIONS,
      [tenants],
      'active_versions',
    );
    return new Map(rows.map((row) => [row.tenant, row.version]));
  };
  const known = await read();
  const unknown = tenants.filter((tenant) => !known.has(tenant));
  if (unknown.length === 0) return known;
  await sql.query(DECIDE_VERSIONS, [unknown, newest], 'decide_versions');
  return read();
}

export async function setActiveVersion(
  sql: Sql,
  tenant: string,
  version: number,
  nowMs: number,
): Promise<void> {
  await sql.query(
    `INSERT INTO oopstream.tenant_algorithm (tenant, version, since) VALUES ($1, $2, $3)
     ON CONFLICT (tenant) DO UPDATE SET version = excluded.version, since = excluded.since`,
    [tenant, version, timestamp(nowMs)],
  );
}

export function createAlgorithmStore(pool: PostgresPool): AlgorithmStore {
  return {
    activeVersions: (tenants, newest) => readActiveVersions(pool, [...new Set(tenants)].sort(), newest),
  };
}
