import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt, ReceiptResult } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import { createIncidentStore, createLedgerStore } from './index';
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
    expect(await ledger.counts(null)).toEqual(await ledger.recount(null));
  });

  it('that begin before the age limit are refused too', async () => {
    const pool = await databases.open();
    expect(
      await settle(pool, [crash(1, NOW_MS - 400 * DAY_MS - 1), crash(2, NOW_MS - 400 * DAY_MS)]),
    ).toMatchObject([{ reason: 'past-retention' }, { outcome: 'read' }]);
  });
});
