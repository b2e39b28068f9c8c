import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { FatalError } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { createIncidentStore, createPool, migrate, postgresConfigSchema, runMigrations } from './index';
import type { Migration, PostgresPool } from './index';
import { MIGRATIONS } from './migrations';

let database: FreshDatabase;
let pool: PostgresPool;
beforeEach(async () => {
  database = await freshDatabase();
  pool = createPool(postgresConfigSchema.parse({ url: database.connectionString }), {
    logger: createLogger({ service: 'test', level: 'warn' }),
  });
});
afterEach(async () => {
  await pool.close();
  await database.drop();
});

const steps: readonly Migration[] = [
  { id: 1, name: 'one', sql: 'CREATE TABLE oopstream.one (id integer)' },
  {
    id: 2,
    name: 'two',
    sql: 'CREATE TABLE oopstream.two (id integer); CREATE TABLE oopstream.three (id integer)',
  },
];

describe('migrations', () => {
  it('bring an empty database up to date, and a second run changes nothing', async () => {
    expect(await migrate(pool)).toEqual(MIGRATIONS.map(({ name }) => name));
    expect(await migrate(pool)).toEqual([]);
    expect(MIGRATIONS.map(({ id }) => id)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('apply each step once when several processes run them at the same time', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(pool)));
    expect(runs.flat().sort()).toEqual(MIGRATIONS.map(({ name }) => name).sort());
  });

  it('refuse a database whose steps are not those of this release, before anything is changed', async () => {
    await runMigrations(pool, 'test', steps);
    const edited = [{ ...steps[0]!, sql: 'CREATE TABLE oopstream.other (id integer)' }, steps[1]!];
    await expect(runMigrations(pool, 'test', edited)).rejects.toMatchObject({ reason: 'migration-mismatch' });
    await expect(runMigrations(pool, 'test', steps.slice(0, 1))).rejects.toBeInstanceOf(FatalError);
  });

  it('leave nothing of a step that fails', async () => {
    const broken = [
      steps[0]!,
      { id: 2, name: 'two', sql: 'CREATE TABLE oopstream.two (id integer); SELECT 1/0' },
    ];
    await expect(runMigrations(pool, 'test', broken)).rejects.toThrow('division by zero');
    expect(await runMigrations(pool, 'test', steps)).toEqual(['two']);
  });

  it('take a store of the release before on with its crashes: a later copy tells why one happened', async () => {
    const bundle = { transcript: { bundleId: '01J00000000000000000BUNDLE' } };
    const settle = async (n: number, verdict?: string) => {
      const reading = { bug: 'f', fatal: true, ...(verdict !== undefined && { verdict }) };
      const receipts = [sampleReceipt(n, { ...bundle, readings: [reading] })];
      const nowMs = SAMPLE_START_MS + 60_000;
      const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs, retentionMs: nowMs });
      const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs });
      await batch.commit(plan, { publications: [], deliveries: [] });
      await batch.release();
    };
    await migrate(pool);
    await settle(1);
    // As that release left it.
    await pool.query(`ALTER TABLE oopstream.reading DROP COLUMN analysis;
      ALTER TABLE oopstream.crash DROP COLUMN verdict, DROP COLUMN verdict_confidence, DROP COLUMN hardware_likelihood;
      DROP TABLE oopstream.incident_verdict, oopstream.incident_hardware;
      DROP TABLE oopstream.census_host, oopstream.census_sighting, oopstream.census_host_release, oopstream.census_day;
      DROP INDEX oopstream.crash_by_release;
      DELETE FROM oopstream.schema_migration WHERE scope = 'store' AND id > 8`);
    expect(await migrate(pool)).toEqual(MIGRATIONS.slice(8).map(({ name }) => name));
    const { rows: before } = await pool.query('SELECT verdict, hardware_likelihood FROM oopstream.crash');
    expect(before).toEqual([{ verdict: null, hardware_likelihood: null }]);
    await settle(2, 'lockup');
    const { rows } = await pool.query(`SELECT c.verdict, v.crashes, v.fatal_crashes, h.hardware
      FROM oopstream.crash c JOIN oopstream.incident_verdict v USING (incident_id)
      JOIN oopstream.incident_hardware h USING (incident_id)`);
    expect(rows).toEqual([{ verdict: 'lockup', crashes: 1, fatal_crashes: 1, hardware: 'unlikely' }]);
    const { rows: readings } = await pool.query(
      `SELECT analysis IS NULL AS absent, analysis->'verdict'->>'class' AS verdict FROM oopstream.reading ORDER BY 1`,
    );
    expect(readings).toEqual([
      { absent: false, verdict: 'lockup' },
      { absent: true, verdict: null },
    ]);
  });

  it('keep scopes apart', async () => {
    await runMigrations(pool, 'a', steps.slice(0, 1));
    expect(await runMigrations(pool, 'b', [{ id: 1, name: 'b', sql: 'SELECT 1' }])).toEqual(['b']);
  });
});
