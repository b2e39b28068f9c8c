import { randomUUID } from 'node:crypto';
import { CRASH_MATCH_LIMITS, decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import { createIncidentStore, createLedgerStore } from './index';
import type { PostgresPool } from './index';

const NOW_MS = Date.UTC(2026, 0, 20);
const BOOT_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const databases = storeDatabases();
afterEach(() => databases.dropAll());

interface Copy {
  readonly bug: string;
  readonly damage?: 'torn' | null;
  readonly uptimeSeconds?: number | null;
  readonly bootedAtMs?: number | null;
  readonly states?: readonly string[];
  readonly afterMs?: number;
}

function copy(n: number, { bug, damage = null, afterMs = n * 1000, ...moment }: Copy): Receipt {
  const receipt = sampleReceipt(n, {
    receivedAtMs: BOOT_MS + afterMs,
    readings: [{ bug, damage, fatal: true }],
  });
  if (receipt.content.kind !== 'read') throw new Error('not read');
  const { bootedAtMs = BOOT_MS, uptimeSeconds = 7.033_594, states = [] } = moment;
  const readings = receipt.content.readings.map((one) => ({
    ...one,
    reading: {
      ...one.reading,
      uptimeSeconds,
      moment: { bootedAtMs, uptimeSeconds: null, machineStates: states },
    },
  }));
  return { ...receipt, content: { ...receipt.content, readings } };
}

async function settle(
  pool: PostgresPool,
  receipts: readonly Receipt[],
  windowMs = 30 * DAY_MS,
): Promise<void> {
  const crashMatch = { ...CRASH_MATCH_LIMITS, windowMs };
  const options = { nowMs: NOW_MS, retentionMs: NOW_MS, crashMatch };
  const batch = await createIncidentStore(pool).openBatch(receipts, options);
  try {
    const deps = { newId: () => randomUUID(), nowMs: NOW_MS, crashMatch };
    const { plan } = decideBatch(receipts, batch.state, deps);
    await batch.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

async function shapeOf(pool: PostgresPool): Promise<object> {
  const crashes = await pool.query(
    `SELECT title, held, quality > 0 AS known FROM oopstream.crash ORDER BY title COLLATE "C"`,
  );
  const incidents = await pool.query(
    `SELECT title, crashes, fatal_crashes AS fatal, hosts FROM oopstream.incident WHERE crashes > 0
     ORDER BY title COLLATE "C"`,
  );
  const primaries = await pool.query(
    `SELECT transcript_id AS id FROM oopstream.reading_crash WHERE is_primary AND valid_to IS NULL ORDER BY 1`,
  );
  const dangling = await pool.query(
    `SELECT l.id FROM oopstream.reading_crash l LEFT JOIN oopstream.crash c USING (crash_id)
     WHERE l.valid_to IS NULL AND c.crash_id IS NULL`,
  );
  const ledger = createLedgerStore(pool);
  const counts = await ledger.counts(null);
  expect((await ledger.recount(null)).counts).toEqual(counts);
  expect(dangling.rows).toEqual([]);
  return { crashes: crashes.rows, incidents: incidents.rows, primaries: primaries.rows };
}

/** Of one panic: torn on the wire, whole after the reboot, and a bare `bt` that shares the state with the session only. */
const PANIC: readonly Copy[] = [
  { bug: 'f', damage: 'torn', bootedAtMs: null },
  { bug: 'f' },
  { bug: 'g', bootedAtMs: null, uptimeSeconds: null, states: ['s'] },
  { bug: 'f', states: ['s'], afterMs: 5 * DAY_MS },
];

describe('late copies of one crash', () => {
  it.each([
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 1, 0, 3],
    [2, 0, 3, 1],
  ])('are one crash, counted once, shown by its best copy: order %j %j %j %j', async (...order) => {
    const pool = await databases.open();
    const copies = PANIC.map((one, n) => copy(n, one));
    for (const n of order) await settle(pool, [copies[n]!]);
    const title = 'f+16 page_fault from entry_of_f';
    expect(await shapeOf(pool)).toEqual({
      crashes: [{ title, held: false, known: true }],
      incidents: [{ title, crashes: 1, fatal: 1, hosts: 1 }],
      primaries: [{ id: '3'.padStart(32, '0') }],
    });
  });

  it('keep their history where two crashes turned out to be one', async () => {
    const pool = await databases.open();
    for (const [n, one] of PANIC.entries()) await settle(pool, [copy(n, one)]);
    const { rows } = await pool.query(
      `SELECT count(*) FILTER (WHERE valid_to IS NOT NULL)::int AS closed,
         count(*) FILTER (WHERE valid_to IS NULL)::int AS open FROM oopstream.reading_crash`,
    );
    expect(rows).toEqual([{ closed: expect.any(Number) as number, open: 4 }]);
    const absorbed = await pool.query(
      `SELECT count(*)::int AS crashes FROM oopstream.crash_seen WHERE absorbed_into IS NOT NULL`,
    );
    expect(absorbed.rows).toEqual([{ crashes: 1 }]);
    const audit = await pool.query<{ action: string }>(
      `SELECT DISTINCT action FROM oopstream.audit WHERE action = 'incident.crash-moved'`,
    );
    expect(audit.rows).toHaveLength(1);
  });

  it('are not what another boot shows after as long, nor what comes after the window', async () => {
    const pool = await databases.open();
    await settle(pool, [copy(1, { bug: 'f' })]);
    await settle(pool, [copy(2, { bug: 'f', bootedAtMs: BOOT_MS + 180_000 })]);
    await settle(pool, [copy(3, { bug: 'f', afterMs: 3 * DAY_MS })], DAY_MS);
    const { rows } = await pool.query(`SELECT crashes FROM oopstream.incident`);
    expect(rows).toEqual([{ crashes: 3 }]);
  });
});
