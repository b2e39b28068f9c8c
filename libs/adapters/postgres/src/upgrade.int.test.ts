import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import type { IncidentFilter } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { COUNT_DRIFT } from './count-drift';
import { crashTimeMs, FILLED, fillRelease10, incidentOf } from './filled-release-10';
import {
  createIncidentQueries,
  createIncidentStore,
  createLedgerStore,
  createPool,
  migrate,
  postgresConfigSchema,
  runMigrations,
} from './index';
import type { PostgresPool } from './index';
import { MIGRATIONS } from './migrations';

let database: FreshDatabase;
let pool: PostgresPool;
beforeEach(async () => {
  database = await freshDatabase();
  const config = postgresConfigSchema.parse({ url: database.connectionString });
  pool = createPool(config, { logger: createLogger({ service: 'test', level: 'warn' }) });
  await runMigrations(pool, 'store', MIGRATIONS.slice(0, 10));
  await fillRelease10(pool);
});
afterEach(async () => {
  await pool.close();
  await database.drop();
});

const KEPT = [
  'incident',
  'incident_key',
  'crash',
  'crash_seen',
  'transcript',
  'receipt',
  'reading',
  'reading_crash',
  'host',
];
const COUNTS = [
  'incident_host',
  'incident_release',
  'incident_variant',
  'incident_daily',
  'incident_verdict',
  'incident_hardware',
];

/** Everything that a table held: `columns` are those that it had at release 10. */
async function contentsOf(table: string, columns: string): Promise<unknown> {
  const { rows } = await pool.query<object>(`SELECT ${columns} FROM oopstream.${table}`);
  return rows.map((row) => JSON.stringify(row)).sort();
}

async function columnsOf(table: string): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'oopstream' AND table_name = $1 ORDER BY ordinal_position`,
    [table],
  );
  return rows.map(({ name }) => `"${name}"`).join(', ');
}

const listed = async (
  order: '-lastSeen' | '-crashes' | '-hosts' | 'firstSeen',
  status: 'open' | 'resolved' | null,
) => {
  const { rows } = await pool.query<{
    number: number;
    crashes: number;
    hosts: number;
    last: number;
    first: number;
  }>(
    `SELECT number, crashes, hosts, extract(epoch FROM last_seen_at)::float8 AS last,
       extract(epoch FROM first_seen_at)::float8 AS first
     FROM oopstream.incident WHERE $1::text IS NULL OR status = $1`,
    [status],
  );
  const value = (row: (typeof rows)[number]): number =>
    ({ '-lastSeen': -row.last, '-crashes': -row.crashes, '-hosts': -row.hosts, firstSeen: row.first })[order];
  return rows
    .map((row) => ({ number: `OOPS-${row.number}`, value: value(row) }))
    .sort((a, b) => a.value - b.value);
};

async function settle(receipts: readonly Receipt[]): Promise<void> {
  const nowMs = crashTimeMs(FILLED.crashes + 100);
  const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs, retentionMs: nowMs });
  try {
    const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs });
    await batch.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

async function upgrade(): Promise<void> {
  expect(await migrate(pool)).toEqual(MIGRATIONS.slice(10).map(({ name }) => name));
}

const EVERYTHING: IncidentFilter = {
  status: null,
  trend: null,
  triage: null,
  assignee: null,
  severity: null,
  titlePart: null,
  family: null,
  kind: null,
  release: null,
  host: null,
  verdict: null,
  hardware: null,
  lastSeenFromMs: null,
};

/** New with release 16: the store counts kinds that it did not. */
const OLD_KINDS = ['read', 'no-crash', 'duplicate', 'rejected:blob-missing'];

describe('a filled store of release 10', () => {
  it('keeps every row and every count', async () => {
    const before: [string, string, unknown][] = [];
    for (const table of [...KEPT, ...COUNTS]) {
      const columns = await columnsOf(table);
      before.push([table, columns, await contentsOf(table, columns)]);
    }
    await upgrade();
    for (const [table, columns, contents] of before)
      expect([table, await contentsOf(table, columns)]).toEqual([table, contents]);
    expect((await pool.query(COUNT_DRIFT)).rows).toEqual([]);
  });

  it('has the ledger that its rows add up to', async () => {
    await upgrade();
    const ledger = createLedgerStore(pool);
    const counts = await ledger.counts(null);
    expect((await ledger.recount(null)).counts).toEqual(counts);
    const { mismatches, counts: compared } = await ledger.check(null, {
      fromMs: null,
      toMs: Date.UTC(2100, 0, 1),
    });
    expect([mismatches, compared > 0]).toEqual([[], true]);
    expect((await ledger.checkIncidents(null)).mismatches).toEqual([]);
    expect(OLD_KINDS.map((kind) => counts.transcripts[kind])).toEqual([
      FILLED.crashes,
      undefined,
      FILLED.duplicates,
      FILLED.rejected,
    ]);
    expect(counts.readings).toMatchObject({ grouped: FILLED.crashes - FILLED.held, held: FILLED.held });
  });

  it.each(['-lastSeen', '-crashes', '-hosts', 'firstSeen'] as const)(
    'is listed as before by %s',
    async (order) => {
      await upgrade();
      for (const status of [null, 'open', 'resolved'] as const) {
        const expected = await listed(order, status);
        const { items } = await createIncidentQueries(pool).listIncidents(
          'default',
          { ...EVERYTHING, status },
          { order, limit: 200, after: null, trend: { bucket: 'day', fromMs: 0, toMs: 1 } },
        );
        const valueOf = new Map(expected.map(({ number, value }) => [number, value]));
        expect(items.map(({ number }) => number).sort()).toEqual(expected.map(({ number }) => number).sort());
        // Equal values stand in any order.
        expect(items.map(({ number }) => valueOf.get(number))).toEqual(expected.map(({ value }) => value));
      }
    },
  );

  it('takes crashes on: to the incident of their key, and to the crash that was there', async () => {
    await upgrade();
    const bug = `bug_${incidentOf(0)}`;
    const incident = async () =>
      (
        await pool.query<{ crashes: number; status: string }>(
          'SELECT crashes, status FROM oopstream.incident WHERE number = $1',
          [incidentOf(0)],
        )
      ).rows[0];
    const before = await incident();
    const receipt = (n: number, bootId: string, hostId: string, receivedAtMs: number) =>
      sampleReceipt(n, {
        receivedAtMs,
        source: { partition: 2, offset: 500_000 + n },
        transcript: { hostId, bootId, id: `f${String(n).padStart(31, '0')}` },
        readings: [{ bug, fatal: true, bootId, verdict: 'lockup' }],
      });
    await settle([receipt(9001, 'boot-0', 'host-0', crashTimeMs(100))]);
    expect(await incident()).toEqual(before);
    // No reading of it had been analysed: the later copy tells why it happened.
    const { rows } = await pool.query('SELECT verdict FROM oopstream.crash WHERE boot_id = $1', ['boot-0']);
    expect(rows).toEqual([{ verdict: 'lockup' }]);
    await settle([receipt(9002, 'boot-new', 'host-1', crashTimeMs(FILLED.crashes + 50))]);
    expect((await incident())?.crashes).toBe((before?.crashes ?? 0) + 1);
    expect((await pool.query(COUNT_DRIFT)).rows).toEqual([]);
    const ledger = createLedgerStore(pool);
    expect((await ledger.recount(null)).counts).toEqual(await ledger.counts(null));
  });
});
