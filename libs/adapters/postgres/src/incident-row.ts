import { SHOWN_NAMES } from '@oopstream/core-incident';
import type { IncidentState } from '@oopstream/core-incident';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

/** Column of each field of an incident that is stored in its own row. */
const COLUMNS = {
  id: 'uuid',
  tenant: 'text',
  number: 'bigint',
  status: 'text',
  holding: 'boolean',
  title: 'text',
  kind: 'text',
  family: 'text',
  blamed: 'text',
  entry: 'text',
  module: 'text',
  first_seen_at: 'timestamptz',
  last_seen_at: 'timestamptz',
  opened_at: 'timestamptz',
  opened_by_crash: 'uuid',
  opened_traceparent: 'text',
  resolved_at: 'timestamptz',
  resolved_by: 'text',
  resolved_in: 'text',
  recurrences: 'integer',
  crashes: 'bigint',
  fatal_crashes: 'bigint',
  hosts: 'bigint',
  trend: 'text',
  severity: 'smallint',
  triage: 'jsonb',
  fix: 'jsonb',
  life: 'jsonb',
  due_at: 'timestamptz',
  updated_at: 'timestamptz',
} as const;

const NAMES = Object.keys(COLUMNS);
const TYPED = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
/** What never changes once the row is there. */
const FIXED = ['id', 'tenant', 'number', 'opened_at', 'opened_by_crash', 'opened_traceparent'];

const SELECT_INCIDENTS = `
SELECT i.id, i.tenant, i.number, i.status, i.holding, i.title, i.kind, i.family, i.blamed, i.entry, i.module,
  i.first_seen_at AS "firstSeenAtMs", i.last_seen_at AS "lastSeenAtMs", i.opened_at AS "openedAtMs",
  i.opened_by_crash AS "openedByCrash", i.opened_traceparent AS "openedTraceparent",
  i.resolved_at AS "resolvedAtMs", i.resolved_by AS "resolvedBy", i.resolved_in AS "resolvedIn",
  i.recurrences, i.crashes, i.fatal_crashes AS "fatalCrashes", i.hosts,
  i.trend, i.severity, i.triage, i.fix, i.life, i.due_at AS "dueAtMs",
  ARRAY(SELECT r.kernel_release FROM oopstream.incident_release r WHERE r.incident_id = i.id
    ORDER BY r.last_seen_at DESC, r.kernel_release LIMIT ${SHOWN_NAMES}) AS releases,
  ARRAY(SELECT k.group_key FROM oopstream.incident_key k WHERE k.incident_id = i.id
    ORDER BY k.attached_at, k.group_key LIMIT ${SHOWN_NAMES}) AS "groupKeys"
FROM oopstream.incident i WHERE i.id = ANY($1::uuid[])`;

const UPSERT_INCIDENTS = `
INSERT INTO oopstream.incident (${NAMES.join(', ')})
SELECT ${NAMES.join(', ')} FROM jsonb_to_recordset($1::jsonb) AS row(${TYPED.join(', ')})
ON CONFLICT (id) DO UPDATE SET ${NAMES.filter((name) => !FIXED.includes(name))
  .map((name) => `${name} = excluded.${name}`)
  .join(', ')}`;

/** Locks incidents in the order of their ids, then reads them as they are from then on. */
export async function lockIncidents(sql: Sql, ids: readonly string[]): Promise<IncidentState[]> {
  if (ids.length === 0) return [];
  const lock = 'SELECT id FROM oopstream.incident WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE';
  await sql.query(lock, [ids], 'lock_incidents');
  return (await sql.query<IncidentState>(SELECT_INCIDENTS, [ids], 'select_incidents')).rows;
}

/** Writes incidents whole; the caller holds their locks, or they are new. */
export async function saveIncidents(
  sql: Sql,
  incidents: readonly IncidentState[],
  nowMs: number,
): Promise<void> {
  if (incidents.length === 0) return;
  const rows = incidents.map((incident) => ({
    ...incident,
    first_seen_at: timestamp(incident.firstSeenAtMs),
    last_seen_at: timestamp(incident.lastSeenAtMs),
    opened_at: timestamp(incident.openedAtMs),
    opened_by_crash: incident.openedByCrash,
    opened_traceparent: incident.openedTraceparent,
    resolved_at: timestamp(incident.resolvedAtMs),
    resolved_by: incident.resolvedBy,
    resolved_in: incident.resolvedIn,
    fatal_crashes: incident.fatalCrashes,
    due_at: timestamp(incident.dueAtMs),
    updated_at: timestamp(nowMs),
  }));
  await sql.query(UPSERT_INCIDENTS, [jsonRows(rows)], 'upsert_incidents');
}
