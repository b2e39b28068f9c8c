import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { createSeededRandom, DEFAULT_FLEET, readDelivery, simulateFleet } from '@oopstream/fleet-simulator';
import { storeDatabases } from '@oopstream/testkit';
import { COUNT_DRIFT } from './count-drift';
import { createIncidentStore, createLedgerStore } from './index';
import type { PostgresPool } from './index';

const WORKERS = 8;
const NOW_MS = Date.UTC(2026, 6, 1);
const databases = storeDatabases(WORKERS + 1);
afterEach(() => databases.dropAll());

/** Few bugs on many hosts, so that nearly each batch of each worker wants keys that others hold. */
const fleet = simulateFleet({
  ...DEFAULT_FLEET,
  seed: 5,
  hosts: 60,
  days: 50,
  bugs: 24,
  perKiloHostDay: 40,
  stormHosts: 40,
});
const receipts = fleet.deliveries.map(readDelivery);

async function settle(pool: PostgresPool, batch: readonly Receipt[]): Promise<void> {
  const open = await createIncidentStore(pool).openBatch(batch, { nowMs: NOW_MS, retentionMs: NOW_MS });
  try {
    const { plan } = decideBatch(batch, open.state, { newId: () => randomUUID(), nowMs: NOW_MS });
    await open.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await open.release();
  }
}

/** Workers take batches from one heap as fast as they can; a batch that fails fails the test. */
async function settleInParallel(pool: PostgresPool, batches: readonly (readonly Receipt[])[]): Promise<void> {
  const left = [...batches];
  const worker = async (): Promise<void> => {
    for (let batch = left.shift(); batch !== undefined; batch = left.shift()) await settle(pool, batch);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

function cut(order: readonly Receipt[], size: number): Receipt[][] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, n) =>
    order.slice(n * size, (n + 1) * size),
  );
}

function shuffled(seed: number): Receipt[] {
  const random = createSeededRandom(seed);
  return receipts
    .map((receipt) => ({ receipt, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ receipt }) => receipt);
}

/** Keys that lead to nowhere or to two places, numbers given twice, crashes that are not with their key. */
const WRONG = `
SELECT 'key without incident' AS what, group_key AS of FROM oopstream.incident_key WHERE incident_id IS NULL
UNION ALL
SELECT 'key with two incidents', group_key FROM oopstream.crash WHERE NOT held
  GROUP BY group_key HAVING count(DISTINCT incident_id) > 1
UNION ALL
SELECT 'crash apart from its key', c.crash_id::text FROM oopstream.crash c
  JOIN oopstream.incident_key k USING (tenant, group_key) WHERE NOT c.held AND k.incident_id <> c.incident_id
UNION ALL
SELECT 'incident without key', i.number::text FROM oopstream.incident i
  WHERE NOT EXISTS (SELECT FROM oopstream.incident_key k WHERE k.incident_id = i.id)`;

async function expectSound(pool: PostgresPool): Promise<void> {
  expect((await pool.query(WRONG)).rows).toEqual([]);
  expect((await pool.query(COUNT_DRIFT)).rows).toEqual([]);
  const ledger = createLedgerStore(pool);
  expect((await ledger.recount(null)).counts).toEqual(await ledger.counts(null));
}

async function deadlocks(pool: PostgresPool): Promise<number> {
  await pool.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await pool.query<{ deadlocks: number }>(
    'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
  );
  return rows[0]?.deadlocks ?? -1;
}

describe(`${WORKERS} workers on one store`, () => {
  it('is tried with what collides: keys of many hosts, copies of one crash', () => {
    const keys = new Set(
      receipts.flatMap(({ content }) =>
        content.kind === 'read' ? content.readings.map(({ signature }) => signature.groupKey) : [],
      ),
    );
    expect(receipts.length).toBeGreaterThan(10 * keys.size);
  });

  it.each([
    ['batches as they arrive', () => receipts, 20],
    ['small batches, hosts and times shuffled', () => shuffled(1), 5],
    ['large batches, hosts and times shuffled', () => shuffled(2), 60],
    ['all receipts twice, shuffled', () => [...shuffled(3), ...shuffled(4)], 25],
  ])(
    'never wait for each other in a circle, nor make two incidents of one key: %s',
    async (_what, order, size) => {
      const pool = await databases.open();
      await settleInParallel(pool, cut(order(), size));
      await expectSound(pool);
      expect(await deadlocks(pool)).toBe(0);
      const { rows } = await pool.query<{ receipts: number }>(
        'SELECT count(*) AS receipts FROM oopstream.receipt',
      );
      expect(rows[0]?.receipts).toBe(new Set(receipts.map(({ receiptId }) => receiptId)).size);
    },
  );
});
