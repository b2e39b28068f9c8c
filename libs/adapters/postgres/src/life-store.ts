import type { Pulse, SweepPlan, SweepState } from '@oopstream/core-incident';
import type { LifeStep, LifeStore, OutboxRows, SweepOptions } from '@oopstream/ports';
import { commitEpisodes } from './commit-life';
import { lockIncidents, saveIncidents } from './incident-row';
import { timestamp } from './json-rows';
import { loadFixes } from './load-life';
import { insertAudit, insertOutbox } from './outbox-rows';
import type { PostgresPool, Sql } from './pool';

/** One sweep at a time. */
const SWEEP_LOCK = 7_246_190_021;

const SELECT_DUE = `
SELECT id FROM oopstream.incident WHERE due_at <= $1 AND merged_into IS NULL ORDER BY due_at, id LIMIT $2`;

/** What somebody else holds at the moment is due still at the next step. */
const LOCK_DUE = `
SELECT id FROM oopstream.incident WHERE id = ANY($1::uuid[]) AND due_at <= $2 AND merged_into IS NULL
ORDER BY id FOR UPDATE SKIP LOCKED`;

/** Merged into others, they have no life of their own. */
const FORGET_MERGED = `
UPDATE oopstream.incident SET due_at = NULL WHERE id IN (
  SELECT id FROM oopstream.incident WHERE due_at <= $1 AND merged_into IS NOT NULL LIMIT $2 FOR UPDATE SKIP LOCKED)`;

/** Received since then is all that crashed since then: no clock runs so much ahead that it matters. */
const SELECT_PULSES = `
SELECT i.id AS "incidentId", hour.hours, recent.hosts AS "hostsHit"
FROM oopstream.incident i
CROSS JOIN LATERAL (
  SELECT coalesce(jsonb_agg(jsonb_build_object('hourMs', at, 'crashes', crashes)), '[]') AS hours FROM (
    SELECT extract(epoch FROM date_trunc('hour', c.crash_time, 'UTC'))::bigint * 1000 AS at, count(*) AS crashes
    FROM oopstream.crash c
    WHERE c.tenant = i.tenant AND c.incident_id = i.id AND c.received_at >= $2 AND c.crash_time >= $2
    GROUP BY 1) AS counted
) AS hour
CROSS JOIN LATERAL (
  SELECT count(DISTINCT c.host_id) AS hosts FROM oopstream.crash c
  WHERE c.tenant = i.tenant AND c.incident_id = i.id AND c.received_at >= $3 AND c.crash_time >= $3
) AS recent
WHERE i.id = ANY($1::uuid[]) AND i.status <> 'obsolete' AND NOT i.holding`;

const SELECT_LIVING = `
SELECT tenant, count(*) AS hosts FROM oopstream.census_host
WHERE tenant = ANY($1::text[]) AND last_seen_at > $2 GROUP BY tenant`;

const SELECT_ENDPOINTS = `
SELECT tenant, id FROM oopstream.webhook_endpoint
WHERE tenant = ANY($1::text[]) AND enabled AND removed_at IS NULL ORDER BY created_at, id`;

/** Where the life sweep finds what is due, on PostgreSQL. */
export function createLifeStore(pool: PostgresPool): LifeStore {
  return {
    async openStep(options): Promise<LifeStep | null> {
      const transaction = await pool.begin();
      try {
        const state = await loadStep(transaction, options);
        if (state === null) {
          await transaction.rollback();
          return null;
        }
        return {
          state,
          async commit(plan, outbox) {
            await commitStep(transaction, plan, outbox, options.nowMs);
            await transaction.commit();
          },
          release: () => transaction.rollback(),
        };
      } catch (error) {
        await transaction.rollback();
        throw error;
      }
    },
  };
}

async function loadStep(
  sql: Sql,
  { nowMs, limit, settings, livingMs }: SweepOptions,
): Promise<SweepState | null> {
  const { rows } = await sql.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
    SWEEP_LOCK,
  ]);
  if (rows[0]?.mine !== true) return null;
  const now = timestamp(nowMs);
  const due = await sql.query<{ id: string }>(SELECT_DUE, [now, limit], 'select_due');
  // Counted before anything is locked: an incident of very many crashes would keep batches waiting meanwhile.
  const counted = await selectPulses(sql, idsOf(due.rows), {
    historyFromMs: nowMs - settings.escalationHistoryMs - 2 * 3_600_000,
    windowFromMs: nowMs - settings.shareWindowMs,
  });
  await sql.query(FORGET_MERGED, [now, limit], 'forget_merged');
  const free = await sql.query<{ id: string }>(LOCK_DUE, [idsOf(due.rows), now], 'lock_due');
  const incidents = await lockIncidents(sql, idsOf(free.rows));
  const living = incidents.filter(({ status, holding }) => status !== 'obsolete' && !holding);
  const tenants = [...new Set(incidents.map(({ tenant }) => tenant))];
  const hosts = await selectLiving(sql, tenants, nowMs - livingMs);
  const { rows: endpoints } = await sql.query<SweepState['endpoints'][number]>(
    SELECT_ENDPOINTS,
    [tenants],
    'select_endpoints_of_step',
  );
  return {
    incidents,
    pulses: living.map(({ id, tenant, firstSeenAtMs }) => ({
      ...(counted.get(id) ?? { hours: [], hostsHit: 0 }),
      incidentId: id,
      sinceMs: firstSeenAtMs,
      livingHosts: hosts.get(tenant) ?? 0,
    })),
    fixes: await loadFixes(sql, incidents),
    endpoints,
  };
}

async function selectLiving(
  sql: Sql,
  tenants: readonly string[],
  seenAfterMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (tenants.length === 0) return new Map();
  const { rows } = await sql.query<{ tenant: string; hosts: number }>(
    SELECT_LIVING,
    [tenants, timestamp(seenAfterMs)],
    'select_living',
  );
  return new Map(rows.map(({ tenant, hosts }) => [tenant, hosts]));
}

type Counted = Pick<Pulse, 'hours' | 'hostsHit'>;

/** By id of the incident. */
async function selectPulses(
  sql: Sql,
  ids: readonly string[],
  { historyFromMs, windowFromMs }: { readonly historyFromMs: number; readonly windowFromMs: number },
): Promise<ReadonlyMap<string, Counted>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql.query<Counted & { readonly incidentId: string }>(
    SELECT_PULSES,
    [ids, timestamp(historyFromMs), timestamp(windowFromMs)],
    'select_pulses',
  );
  return new Map(rows.map(({ incidentId, hours, hostsHit }) => [incidentId, { hours, hostsHit }]));
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id);
}

async function commitStep(sql: Sql, plan: SweepPlan, outbox: OutboxRows, nowMs: number): Promise<void> {
  await saveIncidents(sql, plan.incidents, nowMs);
  await commitEpisodes(sql, plan.episodes);
  await insertAudit(sql, plan.audit);
  await insertOutbox(sql, outbox);
}
