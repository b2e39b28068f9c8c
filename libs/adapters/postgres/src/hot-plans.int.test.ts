import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import {
  createDeliveryStore,
  createIdempotencyStore,
  createIncidentActions,
  createIncidentStore,
  createOutboxStore,
  createTokenStore,
} from './index';
import type { PostgresPool } from './index';

const databases = storeDatabases(2);
afterEach(() => databases.dropAll());

const NOW_MS = SAMPLE_START_MS + 86_400_000;
const ENDPOINT = 'endpoint-1';

async function settle(pool: PostgresPool, receipts: readonly Receipt[]): Promise<void> {
  const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs: NOW_MS, retentionMs: NOW_MS });
  try {
    const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs: NOW_MS });
    const incidentId = plan.changes[0]?.incident.id ?? randomUUID();
    const row = { tenant: 'default', incidentId, body: '{}', createdAtMs: NOW_MS, traceparent: null };
    await batch.commit(plan, {
      publications: [{ ...row, id: randomUUID() }],
      deliveries: [{ ...row, id: randomUUID(), endpointId: ENDPOINT }],
    });
  } finally {
    await batch.release();
  }
}

/** Runs every statement of the hot paths once, so that the connection has them prepared under their names. */
async function runHotPaths(pool: PostgresPool): Promise<void> {
  const deliveries = createDeliveryStore(pool);
  const endpoint = { id: ENDPOINT, tenant: 'default', url: 'https://x.example', label: '', secrets: ['s'] };
  await deliveries.createEndpoint({ ...endpoint, createdAtMs: NOW_MS });
  const bundle = { transcript: { bundleId: '01J00000000000000000BUNDLE' } };
  const torn = sampleReceipt(1, {
    ...bundle,
    readings: [{ bug: '', damage: 'torn', fatal: true, verdict: 'unknown' }],
  });
  await settle(pool, [
    torn,
    sampleReceipt(2, { readings: [{ bug: 'g' }] }),
    sampleReceipt(9, { rejected: 'x' }),
  ]);
  await settle(pool, [
    sampleReceipt(3, { ...bundle, readings: [{ bug: 'f', fatal: true, verdict: 'lockup' }] }),
  ]);
  await settle(pool, [{ ...torn, source: { partition: 1, offset: 9 } }]);
  const outbox = createOutboxStore(pool);
  await outbox.publishNext(1, () => Promise.resolve());
  const [delivery] = await outbox.findNotEnqueued(1);
  await deliveries.markEnqueued([delivery!.id], NOW_MS);
  await deliveries.load(delivery!.id);
  const attempt = {
    number: 1,
    startedAtMs: NOW_MS,
    durationMs: 1,
    status: 500,
    outcome: 'http-5xx',
    detail: '',
  };
  await deliveries.recordAttempt(delivery!.id, attempt, { nextAttemptAtMs: NOW_MS });
  await deliveries.recordAttempt(delivery!.id, { ...attempt, number: 2 }, { state: 'delivered' });
  await deliveries.findOverdue(NOW_MS, 0, 10);
  await createTokenStore(pool).find('x');
  const idempotency = createIdempotencyStore(pool);
  for (const sha256 of ['a', 'b']) await idempotency.bind('default', 'x', sha256, NOW_MS);
  const act = { atMs: NOW_MS, actor: 'token:ann', note: null, traceparent: null };
  await createIncidentActions(pool).reopen('default', 'OOPS-1', act);
}

it('no statement of a hot path reads a whole table, once tables are large', async () => {
  const pool = await databases.open();
  await runHotPaths(pool);
  const plans = await pool.transaction(async (sql) => {
    await sql.query('SET LOCAL enable_seqscan = off');
    const { rows } = await sql.query<{ name: string; statement: string }>(
      'SELECT name, statement FROM pg_prepared_statements ORDER BY name',
    );
    const explained: { name: string; plan: string }[] = [];
    for (const { name, statement } of rows) {
      const plan = await sql.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${statement}`);
      explained.push({ name, plan: plan.rows.map((row) => row['QUERY PLAN']).join('\n') });
    }
    return explained;
  });
  const reading = plans.filter(({ plan }) => / Scan /.test(plan)).map(({ name }) => name);
  expect(reading).toEqual(
    expect.arrayContaining([
      'select_receipts',
      'select_keys',
      'select_crashes',
      'lock_incidents',
      'find_overdue',
      'add_incident_verdict',
      'add_incident_hardware',
    ]),
  );
  expect(plans.length).toBeGreaterThan(35);
  // Endpoints of all tenants are a handful of rows.
  const whole = plans.filter(({ plan }) => /Seq Scan on (?!webhook_endpoint)/.test(plan));
  expect(whole).toEqual([]);
});
