import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import type { IncidentStore } from '@oopstream/ports';
import { MemoryIncidentStore } from '@oopstream/ports/fakes';
import { storeDatabases } from '@oopstream/testkit';
import fc from 'fast-check';
import { COUNT_DRIFT } from './count-drift';
import { createIncidentStore, createLedgerStore } from './index';
import type { PostgresPool } from './index';

const NOW_MS = Date.UTC(2026, 0, 2);
const databases = storeDatabases();
afterEach(() => databases.dropAll());

async function settle(store: IncidentStore, receipts: readonly Receipt[]): Promise<void> {
  const batch = await store.openBatch(receipts, { nowMs: NOW_MS, retentionMs: NOW_MS });
  try {
    const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs: NOW_MS });
    await batch.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

const reading = fc.record({
  bug: fc.constantFrom('f', 'g', 'h'),
  fatal: fc.boolean(),
  damage: fc.constantFrom(null, null, null, 'torn' as const),
  kernelRelease: fc.constantFrom(null, '6.1.0', '6.9.1'),
  offset: fc.constantFrom(16, 32),
  verdict: fc.constantFrom(undefined, 'unknown', 'lockup', 'bit-flip'),
  confidence: fc.constantFrom('hint' as const, 'likely' as const, 'certain' as const),
  hardwareLikelihood: fc.constantFrom(0.1, 0.3, 0.9),
  occurredAtMs: fc.constantFrom(null, Date.UTC(2025, 11, 31), Date.UTC(2025, 11, 30)),
  // So few that copies meet, contradict each other, and show that crashes are one.
  uptimeSeconds: fc.constantFrom(undefined, null, 7.033_594, 7, 300.000_123),
  bootedAtMs: fc.constantFrom(undefined, null, Date.UTC(2025, 11, 31), Date.UTC(2025, 11, 29)),
  machineStates: fc.constantFrom(undefined, undefined, [], ['s1'], ['s2'], ['s1', 's2']),
});
/** `again` makes a receipt of an earlier transcript, or the same receipt from another position. */
const receipt = fc.record({
  host: fc.constantFrom('a', 'b', 'c'),
  bundle: fc.constantFrom(null, '01J00000000000000000BUNDLE'),
  boot: fc.constantFrom(null, 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11'),
  readings: fc.array(reading, { maxLength: 3 }),
  omittedReadings: fc.constantFrom(0, 0, 0, 4),
  rejected: fc.constantFrom(undefined, undefined, undefined, 'blob-missing'),
  again: fc.constantFrom(null, null, null, 'redelivered', 'retried', 'sent-twice'),
});

function receiptsOf(drawn: readonly (typeof receipt extends fc.Arbitrary<infer T> ? T : never)[]): Receipt[] {
  const made: Receipt[] = [];
  drawn.forEach((one, n) => {
    const earlier = made[(n * 7) % (made.length || 1)];
    const source = { partition: n % 4, offset: 1000 + n };
    if (one.again !== null && earlier !== undefined)
      made.push({
        ...earlier,
        ...(one.again !== 'redelivered' && { source }),
        ...(one.again === 'sent-twice' && { receiptId: `again-${n}` }),
      });
    else
      made.push(
        sampleReceipt(n, {
          transcript: { hostId: one.host, bundleId: one.bundle, bootId: one.boot },
          ...(one.rejected === undefined
            ? { readings: one.readings, omittedReadings: one.readings.length > 0 ? one.omittedReadings : 0 }
            : { rejected: one.rejected }),
        }),
      );
  });
  return made;
}

async function shapeOf(pool: PostgresPool): Promise<unknown> {
  const { rows } = await pool.query(
    `SELECT i.title, i.status, i.holding, i.crashes, i.fatal_crashes AS "fatalCrashes", i.hosts,
       i.first_seen_at AS "firstSeenAtMs", i.last_seen_at AS "lastSeenAtMs"
     FROM oopstream.incident i ORDER BY i.title COLLATE "C", i.holding`,
  );
  return rows;
}

function shapeOfMemory(memory: MemoryIncidentStore): unknown {
  const shapes = [...memory.rows.incidents.values()].map(
    ({ title, status, holding, crashes, fatalCrashes, hosts, firstSeenAtMs, lastSeenAtMs }) => ({
      ...{ title, status, holding, crashes, fatalCrashes, hosts, firstSeenAtMs, lastSeenAtMs },
    }),
  );
  return shapes.sort((a, b) => (a.title < b.title ? -1 : 1));
}

/** Crashes by title of their incident and by cause. */
async function causesOf(pool: PostgresPool): Promise<unknown> {
  const of = (facet: string, table: string, column: string) =>
    `SELECT '${facet}' AS facet, i.title, f.${column} AS value, f.crashes, f.fatal_crashes AS "fatalCrashes"
     FROM oopstream.${table} f JOIN oopstream.incident i ON i.id = f.incident_id`;
  const { rows } = await pool.query<object>(
    `${of('byVerdict', 'incident_verdict', 'verdict')} UNION ALL ${of('byHardware', 'incident_hardware', 'hardware')}`,
  );
  return rows.map((row) => JSON.stringify(row)).sort();
}

function causesOfMemory({ rows }: MemoryIncidentStore): unknown {
  return [...rows.causes]
    .map(([key, counts]) => {
      const [incident, facet, value] = JSON.parse(key) as [string, string, string];
      return JSON.stringify({ facet, title: rows.incidents.get(incident)?.title, value, ...counts });
    })
    .sort();
}

describe('random batches with redeliveries, duplicates and rejects', () => {
  it('leave the counts that their rows, and the store in memory, have', async () => {
    const histories = fc.sample(fc.array(fc.array(receipt, { maxLength: 12 }), { maxLength: 8 }), {
      numRuns: 25,
      seed: 20_261_123,
    });
    const pool = await databases.open();
    const tables = await pool.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'oopstream'
       AND tablename NOT IN ('schema_migration', 'retention') AND tablename NOT LIKE 'crash\\_2%'`,
    );
    const all = tables.rows.map(({ name }) => `oopstream.${name}`).join(', ');
    for (const history of histories) {
      await pool.query(`TRUNCATE ${all} CASCADE`);
      const memory = new MemoryIncidentStore();
      const store = createIncidentStore(pool);
      const receipts = receiptsOf(history.flat());
      let at = 0;
      for (const { length } of history) {
        const batch = receipts.slice(at, at + length);
        at += length;
        if (batch.length === 0) continue;
        await settle(memory, batch);
        await settle(store, batch);
      }
      const ledger = createLedgerStore(pool);
      expect((await ledger.recount(null)).counts).toEqual(await ledger.counts(null));
      expect(await ledger.counts(null)).toEqual(await memory.counts(null));
      expect((await pool.query(COUNT_DRIFT)).rows).toEqual([]);
      expect(await shapeOf(pool)).toEqual(shapeOfMemory(memory));
      expect(await causesOf(pool)).toEqual(causesOfMemory(memory));
    }
  });
});
