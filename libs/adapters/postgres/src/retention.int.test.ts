import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt, ReceiptResult } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import { createIncidentStore, createLedgerStore, createRetentionStore } from './index';
import type { PostgresPool } from './index';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 23);
const databases = storeDatabases();
afterEach(() => databases.dropAll());

async function settle(pool: PostgresPool, receipts: readonly Receipt[]): Promise<readonly ReceiptResult[]> {
  const options = { nowMs: NOW_MS, retentionMs: 400 * DAY_MS };
  const batch = await createIncidentStore(pool).openBatch(receipts, options);
  try {
    const { plan, results } = decideBatch(receipts, batch.state, {
      newId: () => randomUUID(),
      nowMs: NOW_MS,
    });
    await batch.commit(plan, { publications: [], deliveries: [] });
    return results;
  } finally {
    await batch.release();
  }
}

const crash = (n: number, receivedAtMs: number) =>
  sampleReceipt(n, { receivedAtMs, readings: [{ bug: 'f' }] });
const partitions = async (pool: PostgresPool) =>
  (
    await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relname LIKE 'crash\\_2%' AND relkind = 'r' ORDER BY relname`,
    )
  ).rows.map(({ name }) => name);

describe('months of crashes', () => {
  it('are made for receipts of months past, and the next one ahead of its time', async () => {
    const pool = await databases.open();
    await settle(pool, [crash(1, Date.UTC(2026, 0, 31, 23, 59, 59, 999)), crash(2, Date.UTC(2026, 1, 1))]);
    const names = await partitions(pool);
    expect(names).toEqual(expect.arrayContaining(['crash_2026_01', 'crash_2026_02', 'crash_2026_12']));
    const { rows } = await pool.query<{ name: string; crashes: number }>(
      'SELECT tableoid::regclass::text AS name, count(*) AS crashes FROM oopstream.crash GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual([
      { name: 'oopstream.crash_2026_01', crashes: 1 },
      { name: 'oopstream.crash_2026_02', crashes: 1 },
    ]);
  });

  it('are made once by several workers at the same time', async () => {
    const pool = await databases.open();
    const work = (n: number) => settle(pool, [crash(n, Date.UTC(2026, 3, 5) + n)]);
    await Promise.all([1, 2, 3, 4, 5].map(work));
    expect((await createLedgerStore(pool).counts(null)).transcripts).toEqual({ read: 5 });
  });

  it('that were dropped can never be counted again', async () => {
    const pool = await databases.open();
    const old = crash(1, Date.UTC(2026, 0, 10));
    await settle(pool, [old, crash(2, Date.UTC(2026, 5, 10))]);
    const { rows } = await pool.query<{ dropped: number }>(
      "SELECT oopstream.drop_crash_partitions('2026-03-15T00:00:00Z') AS dropped",
    );
    expect(rows).toEqual([{ dropped: 1 }]);
    expect(await settle(pool, [old])).toMatchObject([{ kind: 'redelivered' }]);
    const replayed = { ...crash(3, Date.UTC(2026, 1, 20)), receiptId: 'another' };
    expect(await settle(pool, [replayed, crash(4, Date.UTC(2026, 2, 1))])).toMatchObject([
      { outcome: 'rejected', reason: 'past-retention' },
      { outcome: 'read' },
    ]);
    expect(await partitions(pool)).not.toContain('crash_2026_02');
    const ledger = createLedgerStore(pool);
    expect((await ledger.recount(null)).counts).toEqual(await ledger.counts(null));
  });

  it('go with old claims and closed deliveries, by one process at a time', async () => {
    const pool = await databases.open();
    const retention = createRetentionStore(pool);
    await pool.query(`
      INSERT INTO oopstream.transcript_claim SELECT 'default', n::text, 'ab', '2026-01-01'::timestamptz + n * interval '1 month'
        FROM generate_series(0, 3) AS n;
      INSERT INTO oopstream.webhook_endpoint (id, tenant, url, label, secrets, created_at)
        VALUES ('e', 'default', 'http://hook', 'hook', '{}', '2026-01-01');
      INSERT INTO oopstream.delivery (id, tenant, incident_id, endpoint_id, body, state, created_at, closed_at)
        SELECT gen_random_uuid(), 'default', gen_random_uuid(), 'e', '', state, '2026-01-01',
          CASE WHEN state <> 'open' THEN closed END
        FROM unnest(ARRAY['open', 'delivered', 'failed', 'cancelled']) AS state,
          unnest(ARRAY['2026-01-02', '2026-04-02']::timestamptz[]) AS closed;
      INSERT INTO oopstream.delivery_attempt SELECT id, 1, '2026-01-02', 1, 204, 'delivered', '' FROM oopstream.delivery`);
    await retention.dropMonths(Date.UTC(2026, 2, 20));
    const nobody = await pool.transaction(async (sql) => {
      await sql.query('SELECT pg_advisory_xact_lock(7246190018)');
      return [await retention.dropMonths(NOW_MS), await retention.forget(10)];
    });
    expect(nobody).toEqual([null, null]);
    expect(await retention.forget(2)).toEqual({ receipts: 0, claims: 2, deliveries: 2, transcripts: 0 });
    expect(await retention.forget(2)).toEqual({ receipts: 0, claims: 0, deliveries: 1, transcripts: 0 });
    const { rows } = await pool.query(
      `SELECT (SELECT count(*) FROM oopstream.transcript_claim) AS claims,
        (SELECT count(*) FROM oopstream.delivery WHERE state = 'open') AS open,
        (SELECT count(*) FROM oopstream.delivery) AS deliveries,
        (SELECT count(*) FROM oopstream.delivery_attempt) AS attempts`,
    );
    expect(rows).toEqual([{ claims: 2, open: 2, deliveries: 5, attempts: 5 }]);
  });

  it('leave a few ranges of positions behind, also where a producer sent twice', async () => {
    const pool = await databases.open();
    const at = (offset: number) => ({ source: { partition: 0, offset } });
    const january = Date.UTC(2026, 0, 10);
    const receipts = [0, 1, 3, 4].map((n) => ({ ...crash(n, january + n), ...at(n) }));
    await settle(pool, [...receipts, { ...receipts[0]!, ...at(2) }]);
    const retention = createRetentionStore(pool);
    await retention.dropMonths(NOW_MS - 200 * DAY_MS);
    for (let forgotten = 1; forgotten > 0;) forgotten = (await retention.forget(3))?.receipts ?? 0;
    const { rows } = await pool.query(
      'SELECT source_partition AS partition, offsets::text FROM oopstream.forgotten_position',
    );
    expect(rows).toEqual([{ partition: 0, offsets: '{[0,5)}' }]);
    const ledger = createLedgerStore(pool);
    expect((await ledger.recount(null)).counts).toEqual(await ledger.counts(null));
  });

  it('that begin before the age limit are refused too', async () => {
    const pool = await databases.open();
    expect(
      await settle(pool, [crash(1, NOW_MS - 400 * DAY_MS - 1), crash(2, NOW_MS - 400 * DAY_MS)]),
    ).toMatchObject([{ reason: 'past-retention' }, { outcome: 'read' }]);
  });

  it('leave a transcript that a batch knows until the batch ended: it is no stranger then', async () => {
    const pool = await databases.open();
    const old = crash(1, Date.UTC(2026, 0, 10));
    await settle(pool, [old]);
    const retention = createRetentionStore(pool);
    await retention.dropMonths(NOW_MS - 90 * DAY_MS);
    const again = { ...crash(2, NOW_MS), transcript: old.transcript };
    const options = { nowMs: NOW_MS, retentionMs: 400 * DAY_MS };
    const batch = await createIncidentStore(pool).openBatch([again], options);
    expect(await retention.forget(10)).toMatchObject({ receipts: 1, transcripts: 0 });
    const { plan } = decideBatch([again], batch.state, { newId: () => randomUUID(), nowMs: NOW_MS });
    await batch.commit(plan, { publications: [], deliveries: [] });
    const { rows } = await pool.query('SELECT outcome, seen_count AS seen FROM oopstream.transcript');
    expect(rows).toEqual([{ outcome: 'read', seen: 2 }]);
    expect(await retention.forget(10)).toMatchObject({ transcripts: 0 });
  });
});
