import type { RebootCrash } from '@oopstream/core-fleet';
import type {
  DueReboot,
  RebootCount,
  RebootFilter,
  RebootRow,
  RebootStore,
  SettledReboots,
} from '@oopstream/ports';
import { jsonRows, timestamp } from './json-rows';
import { insertOutbox } from './outbox-rows';
import type { PostgresPool, Sql } from './pool';

/** One sweep at a time. */
const SWEEP_LOCK = 7_246_190_019;

const REBOOT = `
reboot.reboot_id AS id, reboot.tenant, reboot.host_id AS "hostId", host.name AS "hostName", reboot.boot_id AS "bootId",
reboot.kernel_release AS release, reboot.alive_at AS "aliveAtMs", reboot.back_at AS "backAtMs",
reboot.recorded_at AS "recordedAtMs", reboot.state, reboot.crash_id AS "crashId", reboot.settled_at AS "settledAtMs"`;
const FROM = `
FROM oopstream.dirty_reboot AS reboot
LEFT JOIN oopstream.census_host AS host ON host.tenant = reboot.tenant AND host.host_id = reboot.host_id`;

/** Heartbeats and receipts write here too: what they hold waits for the next sweep. */
const DUE = `
SELECT ${REBOOT} ${FROM} WHERE reboot.check_at <= $1 ORDER BY reboot.check_at LIMIT $2 FOR UPDATE OF reboot SKIP LOCKED`;

const CRASHES = `
SELECT row.id AS "rebootId", near.* FROM jsonb_to_recordset($1::jsonb)
  AS row(id uuid, tenant text, host_id text, boot_id text, from_at timestamptz)
CROSS JOIN LATERAL (
  SELECT crash_id AS id, crash.boot_id AS "bootId", occurred_at AS "occurredAtMs", received_at AS "receivedAtMs"
  FROM oopstream.crash
  WHERE crash.tenant = row.tenant AND crash.host_id = row.host_id AND fatal
    AND crash.received_at >= row.from_at AND (crash.boot_id IS NULL OR crash.boot_id = row.boot_id)
  ORDER BY crash.received_at DESC LIMIT 50
) AS near`;

const ENDPOINTS = `
SELECT tenant, id FROM oopstream.webhook_endpoint
WHERE tenant = ANY($1::text[]) AND enabled AND removed_at IS NULL ORDER BY created_at, id`;

const SETTLE = `
UPDATE oopstream.dirty_reboot AS reboot SET state = row.state, crash_id = row.crash_id, check_at = row.check_at,
  settled_at = CASE WHEN row.state = reboot.state THEN reboot.settled_at ELSE $2::timestamptz END
FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, state text, crash_id uuid, check_at timestamptz)
WHERE reboot.reboot_id = row.id`;

const COUNT_OPEN = `
SELECT kernel_release AS release, count(*) AS reboots, count(DISTINCT host_id) AS hosts FROM oopstream.dirty_reboot
WHERE tenant = $1 AND state = 'open' AND back_at >= $2 AND back_at < $3
GROUP BY kernel_release ORDER BY reboots DESC, release LIMIT 500`;

const FORGET = 'DELETE FROM oopstream.dirty_reboot WHERE back_at < $1';

/** Nobody knows for how long a host was silent that was never seen. */
const UNSEEN_MS = 25 * 3_600_000;

export function createRebootStore(pool: PostgresPool): RebootStore {
  return {
    settle: (nowMs, limit, slackMs, decide) =>
      pool.transaction(async (sql) => {
        const { rows: lock } = await sql.query<{ mine: boolean }>(
          'SELECT pg_try_advisory_xact_lock($1) AS mine',
          [SWEEP_LOCK],
        );
        if (lock[0]?.mine !== true) return null;
        const due = await loadDue(sql, nowMs, limit, slackMs);
        if (due.length === 0) return { due: 0, opened: 0, explained: 0 };
        const tenants = [...new Set(due.map(({ reboot }) => reboot.tenant))];
        const { rows: endpoints } = await sql.query<{ tenant: string; id: string }>(ENDPOINTS, [tenants]);
        return commit(sql, due, decide(due, endpoints), nowMs);
      }),
    list: (tenant, filter, limit, after) => list(pool, tenant, filter, limit, after),
    async forget(beforeMs) {
      return (await pool.query(FORGET, [timestamp(beforeMs)], 'forget_reboots')).rowCount;
    },
    async countOpen(tenant, { sinceMs, untilMs }) {
      const values = [tenant, timestamp(sinceMs), timestamp(untilMs)];
      return (await pool.query<RebootCount>(COUNT_OPEN, values, 'count_open_reboots')).rows;
    },
  };
}

async function loadDue(sql: Sql, nowMs: number, limit: number, slackMs: number): Promise<DueReboot[]> {
  const { rows } = await sql.query<RebootRow>(DUE, [timestamp(nowMs), limit], 'due_reboots');
  if (rows.length === 0) return [];
  const asked = rows.map(({ id, tenant, hostId, bootId, aliveAtMs, backAtMs }) => ({
    ...{ id, tenant },
    host_id: hostId,
    boot_id: bootId,
    from_at: timestamp((aliveAtMs ?? backAtMs - UNSEEN_MS) - slackMs),
  }));
  const { rows: found } = await sql.query<RebootCrash & { readonly rebootId: string }>(
    CRASHES,
    [jsonRows(asked)],
    'reboot_crashes',
  );
  const crashes = Map.groupBy(found, ({ rebootId }) => rebootId);
  return rows.map((reboot) => ({ reboot, crashes: crashes.get(reboot.id) ?? [] }));
}

async function commit(
  sql: Sql,
  due: readonly DueReboot[],
  { verdicts, deliveries }: SettledReboots,
  nowMs: number,
) {
  const rows = verdicts.map(({ id, state, crashId, checkAtMs }) => ({
    ...{ id, state },
    crash_id: crashId,
    check_at: checkAtMs === null ? null : timestamp(checkAtMs),
  }));
  await sql.query(SETTLE, [jsonRows(rows), timestamp(nowMs)], 'settle_reboots');
  await insertOutbox(sql, { publications: [], deliveries });
  const before = new Map(due.map(({ reboot }) => [reboot.id, reboot.state]));
  const turned = verdicts.filter(({ id, state }) => before.get(id) !== state);
  return {
    due: due.length,
    opened: turned.filter(({ state }) => state === 'open').length,
    explained: turned.filter(({ state }) => state === 'explained').length,
  };
}

async function list(
  sql: Sql,
  tenant: string,
  filter: RebootFilter,
  limit: number,
  after: Parameters<RebootStore['list']>[3],
): ReturnType<RebootStore['list']> {
  const values: unknown[] = [tenant];
  const wheres = ['reboot.tenant = $1'];
  const where = (text: string, value: unknown): void => {
    if (value !== null) wheres.push(text.replace('?', `$${values.push(value)}`));
  };
  where('reboot.state = ?', filter.state);
  where('reboot.host_id = ?', filter.hostId);
  where('reboot.kernel_release = ?', filter.release);
  where('reboot.back_at >= ?::timestamptz', filter.sinceMs === null ? null : timestamp(filter.sinceMs));
  where('reboot.back_at < ?::timestamptz', filter.untilMs === null ? null : timestamp(filter.untilMs));
  if (after !== null) {
    const time = values.push(timestamp(after.value));
    wheres.push(
      `(reboot.back_at, reboot.reboot_id) < ($${time}::timestamptz, $${values.push(after.id)}::uuid)`,
    );
  }
  const { rows } = await sql.query<RebootRow>(
    `SELECT ${REBOOT} ${FROM} WHERE ${wheres.join(' AND ')}
     ORDER BY reboot.back_at DESC, reboot.reboot_id DESC LIMIT $${values.push(limit + 1)}`,
    values,
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    next: rows.length > limit && last !== undefined ? { value: last.backAtMs, id: last.id } : null,
  };
}
