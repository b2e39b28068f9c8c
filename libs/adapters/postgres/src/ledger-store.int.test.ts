import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import { createDecisionStore, createIncidentStore, createLedgerPatrol, createLedgerStore } from './index';
import type { PostgresPool } from './index';

const DAY_MS = 86_400_000;
const ALL = { fromMs: null, toMs: SAMPLE_START_MS + DAY_MS };
const databases = storeDatabases();
afterEach(() => databases.dropAll());

async function fill(pool: PostgresPool, bugs: readonly string[] = ['f'], from = 0): Promise<void> {
  const receipts = [1, 2, 3].map((n) =>
    sampleReceipt(from + n, { transcript: { hostId: `host-${n}` }, readings: bugs.map((bug) => ({ bug })) }),
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

  it('takes nothing that people merge, split or take back for a mismatch, and still names a missing crash', async () => {
    const pool = await databases.open();
    await fill(pool);
    const { rows: crashes } = await pool.query<{ id: string }>(
      `SELECT crash_id AS id FROM oopstream.crash WHERE host_id = 'host-2'`,
    );
    const crashIds = crashes.map(({ id }) => id);
    await fill(pool, ['g', 'h'], 10);
    const decisions = createDecisionStore(pool);
    const act = { atMs: SAMPLE_START_MS + DAY_MS, actor: 'token:ann', note: null, traceparent: null };
    const ledger = createLedgerStore(pool);
    const isBorneOut = async () => {
      expect((await ledger.check(null, ALL)).mismatches).toEqual([]);
      expect((await ledger.checkIncidents(null)).mismatches).toEqual([]);
    };
    const merged = await decisions.merge('default', 'OOPS-1', 'OOPS-2', act);
    await isBorneOut();
    const split = await decisions.split('default', 'OOPS-2', { groupKeys: [], crashIds, into: null }, act);
    expect([merged.kind, split.kind]).toEqual(['decided', 'decided']);
    await isBorneOut();
    for (const result of [split, merged])
      if (result.kind === 'decided') await decisions.undo('default', result.decision.id, act);
    await isBorneOut();
    await decisions.merge('default', 'OOPS-1', 'OOPS-2', act);
    await pool.query('DELETE FROM oopstream.crash WHERE crash_id = ANY($1::uuid[])', [crashIds]);
    expect((await ledger.checkIncidents(null)).mismatches).toMatchObject([
      { kind: 'incident', outcome: 'OOPS-2' },
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

describe('the patrol of the ledger', () => {
  const HOUR_MS = 3_600_000;
  const options = { nowMs: SAMPLE_START_MS + 20 * HOUR_MS, recentHours: 1, roundHours: 1 };

  it('goes round over all hours, tells once of what it finds, and forgets what was healed', async () => {
    const pool = await databases.open();
    await fill(pool);
    await pool.query(`INSERT INTO oopstream.webhook_endpoint (id, tenant, url, label, secrets, created_at)
      VALUES ('e', 'default', 'http://hook', 'hook', '{}', now())`);
    const patrol = createLedgerPatrol(pool);
    const told: number[] = [];
    const look = async () => {
      const result = await patrol.patrol(options, (fresh, endpoints) => {
        told.push(fresh.length);
        const row = { tenant: 'default', createdAtMs: options.nowMs, traceparent: null, body: '{}' };
        return fresh.length === 0
          ? []
          : endpoints.map(({ id }) => ({
              ...{ ...row, id: randomUUID(), incidentId: randomUUID(), endpointId: id },
            }));
      });
      return result?.open;
    };
    const add = (by: number) =>
      pool.query(
        `UPDATE oopstream.ledger_hour SET count = count + ${by} WHERE kind = 'reading' AND shard = 0`,
      );
    expect(await look()).toBe(0);
    await add(1);
    // The hour is an old one: it is looked at when its turn comes.
    for (let looks = 0; looks < 4; looks += 1) await look();
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await pool.query('SELECT count(*) AS count FROM oopstream.delivery')).rows).toEqual([
      { count: 1 },
    ]);
    expect(await look()).toBe(1);
    await add(-1);
    for (let looks = 0; looks < 3; looks += 1) await look();
    expect(await look()).toBe(0);
    const nobody = await pool.transaction(async (sql) => {
      await sql.query('SELECT pg_advisory_xact_lock(7246190022)');
      return look();
    });
    expect(nobody).toBeUndefined();
  });
});

describe('a storm', () => {
  it('costs a batch the same at its end as at its beginning, and another bug nothing but its own batch', async () => {
    const pool = await databases.open();
    const store = createIncidentStore(pool);
    const nowMs = SAMPLE_START_MS + DAY_MS;
    const BATCH = 250;
    const BATCHES = 20;
    const settle = async (receipts: readonly Receipt[]): Promise<number> => {
      const beganMs = performance.now();
      const batch = await store.openBatch(receipts, { nowMs, retentionMs: 400 * DAY_MS });
      try {
        const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs });
        await batch.commit(plan, { publications: [], deliveries: [] });
      } finally {
        await batch.release();
      }
      return performance.now() - beganMs;
    };
    const spentMs: number[] = [];
    let otherMs = 0;
    for (let n = 0; n < BATCHES; n += 1) {
      const receipts = Array.from({ length: BATCH }, (_, k) =>
        sampleReceipt(n * BATCH + k, {
          receivedAtMs: SAMPLE_START_MS + n * BATCH + k,
          transcript: { hostId: `host-${n * BATCH + k}` },
          readings: [{ bug: 'storm' }],
        }),
      );
      spentMs.push(await settle(receipts));
      if (n === BATCHES / 2)
        otherMs = await settle([
          sampleReceipt(1_000_000, { transcript: { hostId: 'elsewhere' }, readings: [{ bug: 'other' }] }),
        ]);
    }
    const hosts = BATCH * BATCHES;
    const { rows } = await pool.query('SELECT crashes, hosts FROM oopstream.incident ORDER BY crashes DESC');
    expect(rows).toEqual([
      { crashes: hosts, hosts },
      { crashes: 1, hosts: 1 },
    ]);
    const { bodies } = await createLedgerStore(pool).counts(null);
    expect(bodies).toEqual({ kept: 200 + 1 + 20 + 1, 'sampled-away:storm': hosts - 221 });
    const state = await pool.query<{ bytes: number }>(
      'SELECT max(length(state::text)) AS bytes FROM oopstream.incident_storm',
    );
    expect(state.rows[0]?.bytes).toBeLessThan(10_000);
    const ledger = createLedgerStore(pool);
    expect((await ledger.check(null, ALL)).mismatches).toEqual([]);
    expect((await ledger.checkIncidents(null)).mismatches).toEqual([]);
    const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
    // Generous: others work on the machine, too. What grows with the storm would be tens of times slower.
    expect(median(spentMs.slice(-5))).toBeLessThan(4 * median(spentMs.slice(1, 6)));
    expect(otherMs).toBeLessThan(spentMs.reduce((sum, ms) => sum + ms, 0) / 10);
  });
});
