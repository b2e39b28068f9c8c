import type { DeliveryAttempt, DeliveryStore } from '@oopstream/ports';
import { findOverdue, listDeliveries, listEndpoints, loadDelivery } from './delivery-reads';
import { isUuid } from './is-uuid';
import { timestamp } from './json-rows';
import type { PostgresPool, Sql } from './pool';

const INSERT_ATTEMPT = `
INSERT INTO oopstream.delivery_attempt (delivery_id, number, started_at, duration_ms, status, outcome, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (delivery_id, number) DO NOTHING`;

// The attempt counts as a look at the row: the sweeper leaves it alone for a while from its end.
const CLOSE = `
UPDATE oopstream.delivery SET state = $2, closed_at = $3, next_attempt_at = NULL, enqueued_at = $3
WHERE id = $1 AND state = 'open'`;
const WAIT = `
UPDATE oopstream.delivery SET next_attempt_at = $2, enqueued_at = $3 WHERE id = $1 AND state = 'open'`;
const CANCEL_OF_ENDPOINT = `
UPDATE oopstream.delivery SET state = 'cancelled', closed_at = $2, next_attempt_at = NULL
WHERE endpoint_id = $1 AND state = 'open'`;

export function createDeliveryStore(pool: PostgresPool): DeliveryStore {
  return {
    load: (id) => loadDelivery(pool, id),
    recordAttempt: (id, attempt, next) => pool.transaction((sql) => recordAttempt(sql, id, attempt, next)),
    async cancel(id, nowMs) {
      await pool.query(
        `UPDATE oopstream.delivery SET state = 'cancelled', closed_at = $2, next_attempt_at = NULL
         WHERE id = $1 AND state = 'open'`,
        [id, timestamp(nowMs)],
      );
    },
    findOverdue: (nowMs, olderThanMs, limit) => findOverdue(pool, nowMs, olderThanMs, limit),
    async markEnqueued(ids, nowMs) {
      await pool.query(
        'UPDATE oopstream.delivery SET enqueued_at = $2 WHERE id = ANY($1::uuid[])',
        [ids, timestamp(nowMs)],
        'mark_enqueued',
      );
    },
    async reopen(tenant, id, nowMs) {
      if (!isUuid(id)) return false;
      const { rowCount } = await pool.query(
        `UPDATE oopstream.delivery SET state = 'open', closed_at = NULL, next_attempt_at = $3, enqueued_at = NULL,
           replays = replays + 1
         WHERE tenant = $1 AND id = $2`,
        [tenant, id, timestamp(nowMs)],
      );
      return rowCount === 1;
    },
    disableEndpoint: (id, reason, nowMs) =>
      pool.transaction((sql) => disableEndpoint(sql, id, reason, timestamp(nowMs))),
    listEndpoints: (tenant) => listEndpoints(pool, tenant),
    async createEndpoint({ id, tenant, url, label, secrets, createdAtMs }) {
      await pool.query(
        `INSERT INTO oopstream.webhook_endpoint (id, tenant, url, label, secrets, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, tenant, url, label, secrets, timestamp(createdAtMs)],
      );
    },
    removeEndpoint: (tenant, id) => pool.transaction((sql) => removeEndpoint(sql, tenant, id)),
    listDeliveries: (tenant, filter) => listDeliveries(pool, tenant, filter),
  };
}

async function recordAttempt(
  sql: Sql,
  id: string,
  attempt: DeliveryAttempt,
  next: Parameters<DeliveryStore['recordAttempt']>[2],
): Promise<void> {
  // Locks the row first: of two records of one number the second sees the first.
  const lock = 'SELECT FROM oopstream.delivery WHERE id = $1 FOR UPDATE';
  if ((await sql.query(lock, [id], 'lock_delivery')).rowCount === 0) return;
  const { number, startedAtMs, durationMs, status, outcome } = attempt;
  const detail = storable(attempt.detail);
  const values = [id, number, timestamp(startedAtMs), Math.round(durationMs), status, outcome, detail];
  if ((await sql.query(INSERT_ATTEMPT, values, 'insert_attempt')).rowCount === 0) return;
  const end = timestamp(startedAtMs + durationMs);
  if ('state' in next) await sql.query(CLOSE, [id, next.state, end], 'close_delivery');
  else await sql.query(WAIT, [id, timestamp(next.nextAttemptAtMs), end], 'wait_delivery');
}

async function disableEndpoint(sql: Sql, id: string, reason: string, now: string): Promise<void> {
  await sql.query(
    `UPDATE oopstream.webhook_endpoint SET enabled = false, disabled_reason = $2, disabled_at = $3
     WHERE id = $1 AND enabled`,
    [id, reason, now],
  );
  await sql.query(CANCEL_OF_ENDPOINT, [id, now]);
}

async function removeEndpoint(sql: Sql, tenant: string, id: string): Promise<boolean> {
  const { rows } = await sql.query<{ removedAtMs: number }>(
    `UPDATE oopstream.webhook_endpoint
     SET removed_at = now(), enabled = false, disabled_reason = coalesce(disabled_reason, 'manual')
     WHERE tenant = $1 AND id = $2 AND removed_at IS NULL RETURNING removed_at AS "removedAtMs"`,
    [tenant, id],
  );
  const row = rows[0];
  if (row === undefined) return false;
  await sql.query(CANCEL_OF_ENDPOINT, [id, timestamp(row.removedAtMs)]);
  return true;
}

/** Answers of other servers may hold NUL, which PostgreSQL's text cannot. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
