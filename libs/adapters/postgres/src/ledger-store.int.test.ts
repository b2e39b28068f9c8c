import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import { createIncidentStore, createLedgerStore } from './index';
import type { PostgresPool } from './index';

const DAY_MS = 86_400_000;
const ALL = { fromMs: null, toMs: SAMPLE_START_MS + DAY_MS };
const databases = storeDatabases();
afterEach(() => databases.dropAll());

async function fill(pool: PostgresPool): Promise<void> {
  const receipts = [1, 2, 3].map((n) =>
    sampleReceipt(n, { transcript: { hostId: `host-${n}` }, readings: [{ bug: 'f' }] }),
  );
  const options = { nowMs: SAMPLE_START_MS + DAY_MS, retentionMs: 400 * DAY_MS };
  const batch = await createIncidentStore(pool).openBatch(receipts, options);
  try {
    const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs: options.nowMs });
    await batch.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

const second = '2'.padStart(32, '0');

describe('a check of the ledger', () => {
  it.each([
    [
      'receipt',
      `DELETE FROM oopstream.receipt WHERE transcript_id = '${second}'`,
      { kind: 'transcript', outcome: 'read', expected: 3, found: 2, examples: [second] },
    ],
    [
      'reading',
      `DELETE FROM oopstream.reading WHERE transcript_id = '${second}'`,
      { kind: 'reading', outcome: 'grouped', expected: 3, found: 2, examples: [second] },
    ],
    [
      'body',
      `DELETE FROM oopstream.transcript_body WHERE transcript_id = '${second}'`,
      { kind: 'body', outcome: 'kept', expected: 3, found: 2, examples: [second] },
    ],
    [
      'count of an hour',
      `DELETE FROM oopstream.ledger_hour WHERE kind = 'transcript'`,
      { kind: 'transcript', outcome: 'read', expected: 0, found: 3 },
    ],
  ])('names a missing %s: tenant, hour, stage, outcome and whose', async (_what, spoil, mismatch) => {
    const pool = await databases.open();
    await fill(pool);
    const ledger = createLedgerStore(pool);
    expect((await ledger.check(null, ALL)).mismatches).toEqual([]);
    await pool.query(spoil);
    const { mismatches } = await ledger.check('default', ALL);
    expect(mismatches).toEqual([
      expect.objectContaining({ tenant: 'default', hourMs: SAMPLE_START_MS, ...mismatch }),
    ]);
  });

  it('names a missing crash by its id, and the incident that counts it', async () => {
    const pool = await databases.open();
    await fill(pool);
    const { rows } = await pool.query<{ id: string }>(
      `DELETE FROM oopstream.crash WHERE host_id = 'host-2' RETURNING crash_id AS id`,
    );
    const ledger = createLedgerStore(pool);
    expect((await ledger.check(null, ALL)).mismatches).toMatchObject([
      { kind: 'crash', expected: 3, found: 2, examples: [rows[0]?.id] },
    ]);
    expect((await ledger.checkIncidents('default')).mismatches).toMatchObject([
      { kind: 'incident', outcome: 'OOPS-1', expected: 3, found: 2 },
    ]);
    expect((await ledger.checkIncidents('other')).mismatches).toEqual([]);
  });
});
