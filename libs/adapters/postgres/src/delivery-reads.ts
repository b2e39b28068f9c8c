import type {
  Delivery,
  DeliveryAttempt,
  DeliveryState,
  DueDelivery,
  WebhookEndpoint,
} from '@oopstream/ports';
import { isUuid } from './is-uuid';
import { timestamp } from './json-rows';
import type { PostgresPool } from './pool';

const DELIVERY = `
d.id, d.tenant, d.incident_id AS "incidentId", d.endpoint_id AS "endpointId", d.body, d.created_at AS "createdAtMs",
d.traceparent, d.state, d.replays, e.url AS "endpointUrl", d.next_attempt_at AS "nextAttemptAtMs", d.closed_at AS "closedAtMs"`;
const ENDPOINT = `
e.id, e.tenant, e.url, e.label, e.secrets, e.enabled AND e.removed_at IS NULL AS enabled,
e.disabled_reason AS "disabledReason", e.created_at AS "createdAtMs"`;
const FROM = 'FROM oopstream.delivery d JOIN oopstream.webhook_endpoint e ON e.id = d.endpoint_id';

type Row = Omit<Delivery, 'attempts'>;

export async function loadDelivery(
  pool: PostgresPool,
  id: string,
): Promise<{ delivery: Delivery; endpoint: WebhookEndpoint } | null> {
  if (!isUuid(id)) return null;
  const { rows } = await pool.query<Row>(`SELECT ${DELIVERY} ${FROM} WHERE d.id = $1`, [id], 'load_delivery');
  const [delivery] = await withAttempts(pool, rows);
  if (delivery === undefined) return null;
  const endpoints = await pool.query<WebhookEndpoint>(
    `SELECT ${ENDPOINT} FROM oopstream.webhook_endpoint e WHERE e.id = $1`,
    [delivery.endpointId],
    'load_endpoint',
  );
  const endpoint = endpoints.rows[0];
  return endpoint === undefined ? null : { delivery, endpoint };
}

export async function findOverdue(
  pool: PostgresPool,
  nowMs: number,
  olderThanMs: number,
  limit: number,
): Promise<DueDelivery[]> {
  const { rows } = await pool.query<DueDelivery>(
    `SELECT d.id, d.traceparent, d.replays ${FROM}
     WHERE d.state = 'open' AND e.enabled AND e.removed_at IS NULL
       AND CASE WHEN d.enqueued_at IS NULL AND d.next_attempt_at IS NOT NULL THEN d.next_attempt_at <= $3
           ELSE coalesce(d.next_attempt_at, d.created_at) <= $1 AND (d.enqueued_at IS NULL OR d.enqueued_at <= $1)
           END
     ORDER BY coalesce(d.next_attempt_at, d.created_at), d.id LIMIT $2`,
    [timestamp(nowMs - olderThanMs), limit, timestamp(nowMs)],
    'find_overdue',
  );
  return rows;
}

export async function listEndpoints(pool: PostgresPool, tenant: string): Promise<WebhookEndpoint[]> {
  const { rows } = await pool.query<WebhookEndpoint>(
    `SELECT ${ENDPOINT} FROM oopstream.webhook_endpoint e
     WHERE e.tenant = $1 AND e.removed_at IS NULL ORDER BY e.created_at, e.id`,
    [tenant],
  );
  return rows;
}

export async function listDeliveries(
  pool: PostgresPool,
  tenant: string,
  filter: { readonly incidentId?: string; readonly state?: DeliveryState; readonly limit: number },
): Promise<Delivery[]> {
  if (filter.incidentId !== undefined && !isUuid(filter.incidentId)) return [];
  const values: unknown[] = [tenant, filter.limit];
  const wheres = ['d.tenant = $1'];
  if (filter.incidentId !== undefined) wheres.push(`d.incident_id = $${values.push(filter.incidentId)}`);
  if (filter.state !== undefined) wheres.push(`d.state = $${values.push(filter.state)}`);
  const { rows } = await pool.query<Row>(
    `SELECT ${DELIVERY} ${FROM} WHERE ${wheres.join(' AND ')} ORDER BY d.created_at DESC, d.id DESC LIMIT $2`,
    values,
  );
  return withAttempts(pool, rows);
}

async function withAttempts(pool: PostgresPool, rows: readonly Row[]): Promise<Delivery[]> {
  if (rows.length === 0) return [];
  const { rows: attempts } = await pool.query<DeliveryAttempt & { readonly id: string }>(
    `SELECT delivery_id AS id, number, started_at AS "startedAtMs", duration_ms AS "durationMs", status, outcome, detail
     FROM oopstream.delivery_attempt WHERE delivery_id = ANY($1::uuid[]) ORDER BY number`,
    [rows.map((row) => row.id)],
    'attempts_of_deliveries',
  );
  const byId = Map.groupBy(attempts, (attempt) => attempt.id);
  return rows.map((row) => ({
    ...row,
    attempts: (byId.get(row.id) ?? []).map(({ id: _, ...attempt }) => attempt),
  }));
}
