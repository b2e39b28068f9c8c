import type { HostEnd } from '@oopstream/ports';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

/** In order, so that transactions which share hosts wait for each other and never in a circle. */
const INSERT_ENDS = `
INSERT INTO oopstream.census_end (tenant, host_id, ended_at)
SELECT tenant, host_id, ended_at
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, host_id text, ended_at timestamptz)
WHERE ended_at IS NOT NULL ORDER BY tenant COLLATE "C", host_id COLLATE "C", ended_at
ON CONFLICT (tenant, host_id, ended_at) DO NOTHING`;

/** A crash of the host may explain it. */
const CHECK_REBOOTS = `
UPDATE oopstream.dirty_reboot AS reboot SET check_at = recorded_at
FROM (SELECT DISTINCT tenant, host_id FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, host_id text)) AS died
WHERE reboot.tenant = died.tenant AND reboot.host_id = died.host_id AND reboot.state <> 'explained'`;

const LOAD_PENDING = `
SELECT host_id AS "hostId", ended_at AS "atMs" FROM oopstream.census_end
WHERE tenant = $1 AND host_id = ANY($2::text[]) AND NOT counted`;

const LOAD_COUNTED = `
SELECT host_id AS "hostId", ended_at AS "atMs"
FROM jsonb_to_recordset($2::jsonb) AS span(host_id text, from_at timestamptz, to_at timestamptz)
CROSS JOIN LATERAL (
  SELECT ended_at FROM oopstream.census_end AS died
  WHERE died.tenant = $1 AND died.host_id = span.host_id AND died.ended_at BETWEEN span.from_at AND span.to_at AND counted
) AS died ORDER BY 1, 2`;

const MARK_COUNTED = `
UPDATE oopstream.census_end AS died SET counted = true
FROM jsonb_to_recordset($2::jsonb) AS row(host_id text, ended_at timestamptz)
WHERE died.tenant = $1 AND died.host_id = row.host_id AND died.ended_at = row.ended_at`;

/** What came too late to be counted. */
const DROP_PENDING = `
DELETE FROM oopstream.census_end AS died
USING jsonb_to_recordset($2::jsonb) AS row(host_id text, ended_at timestamptz)
WHERE died.tenant = $1 AND died.host_id = row.host_id AND died.ended_at = row.ended_at`;

const FORGET_ENDS = 'DELETE FROM oopstream.census_end WHERE ended_at < $1';

export interface EndRow {
  readonly hostId: string;
  readonly atMs: number;
}

/** Within an open transaction. */
export async function insertEnds(sql: Sql, ends: readonly HostEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const rows = jsonRows(
    ends.map(({ tenant, hostId, atMs }) => ({
      tenant,
      host_id: hostId,
      ended_at: atMs === null ? null : timestamp(atMs),
    })),
  );
  await sql.query(INSERT_ENDS, [rows], 'insert_ends');
  await sql.query(CHECK_REBOOTS, [rows], 'check_reboots');
}

export async function forgetEnds(sql: Sql, beforeMs: number): Promise<number> {
  return (await sql.query(FORGET_ENDS, [timestamp(beforeMs)], 'forget_ends')).rowCount;
}

/** Ends that no heartbeat took into account yet. */
export async function loadPendingEnds(
  sql: Sql,
  tenant: string,
  hostIds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  return byHost((await sql.query<EndRow>(LOAD_PENDING, [tenant, hostIds], 'pending_ends')).rows);
}

/** Ends that count, of a span for each host. */
export async function loadCountedEnds(
  sql: Sql,
  tenant: string,
  spans: readonly { readonly hostId: string; readonly fromMs: number; readonly toMs: number }[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (spans.length === 0) return new Map();
  const rows = spans.map(({ hostId, fromMs, toMs }) => ({
    host_id: hostId,
    from_at: timestamp(fromMs),
    to_at: timestamp(toMs),
  }));
  return byHost((await sql.query<EndRow>(LOAD_COUNTED, [tenant, jsonRows(rows)], 'counted_ends')).rows);
}

/** From now on they count, or never will. */
export async function settleEnds(
  sql: Sql,
  tenant: string,
  counted: readonly EndRow[],
  dropped: readonly EndRow[],
): Promise<void> {
  const rows = (ends: readonly EndRow[]) =>
    jsonRows(ends.map(({ hostId, atMs }) => ({ host_id: hostId, ended_at: timestamp(atMs) })));
  if (counted.length > 0) await sql.query(MARK_COUNTED, [tenant, rows(counted)], 'mark_ends');
  if (dropped.length > 0) await sql.query(DROP_PENDING, [tenant, rows(dropped)], 'drop_ends');
}

function byHost(rows: readonly EndRow[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...Map.groupBy(rows, ({ hostId }) => hostId)].map(([hostId, own]) => [
      hostId,
      own.map(({ atMs }) => atMs),
    ]),
  );
}
