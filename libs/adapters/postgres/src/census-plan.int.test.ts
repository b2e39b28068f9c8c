import { randomUUID } from 'node:crypto';
import type { Heartbeat } from '@oopstream/ports';
import { storeDatabases } from '@oopstream/testkit';
import { createCensusStore } from './census-store';
import type { PostgresPool } from './pool';

const databases = storeDatabases(2);
afterEach(() => databases.dropAll());

const HOUR_MS = 3_600_000;
const NOW_MS = Date.now();
const WINDOW = { sinceMs: NOW_MS - 720 * HOUR_MS, untilMs: NOW_MS };
const LIMITS = { maxGapMs: HOUR_MS, lateMs: HOUR_MS, maxAgeMs: 720 * HOUR_MS, maxAheadMs: HOUR_MS };
const HEARTBEAT: Heartbeat = {
  hostId: 'h1',
  atMs: NOW_MS,
  build: { release: 'a', flavour: '', model: '' },
  name: null,
  bios: null,
  livepatches: [],
  bootId: null,
  uptimeSeconds: null,
  kdumpReady: null,
  labels: {},
};

/** Once each, so that the connection has them prepared under their names. */
async function runStatements(pool: PostgresPool): Promise<void> {
  const store = createCensusStore(pool);
  for (const atMs of [NOW_MS - 2 * HOUR_MS, NOW_MS, NOW_MS + 2 * HOUR_MS])
    await store.record('default', [{ ...HEARTBEAT, atMs }], LIMITS, NOW_MS);
  const lastBoot = { bootId: 'b1', release: 'a', shutdown: 'dirty' } as const;
  for (const atMs of [NOW_MS, NOW_MS - 9 * HOUR_MS]) {
    await store.recordEnds([{ tenant: 'default', hostId: 'h1', atMs }]);
    await store.record('default', [{ ...HEARTBEAT, bootId: 'b2', lastBoot }], LIMITS, NOW_MS);
  }
  await store.forgetEnds(0);
  await store.record('default', [{ ...HEARTBEAT, hostId: 'h2', atMs: 0 }], LIMITS, NOW_MS);
  await store.findHost('default', 'h1');
  await store.living('default', { release: null, model: null, seenAfterMs: 0, limit: 1 });
  await store.countUnseen('default', NOW_MS);
  const incidentId = randomUUID();
  await store.reach('default', WINDOW, HOUR_MS, incidentId);
  for (const releases of [null, ['a']]) {
    await store.exposure('default', WINDOW, HOUR_MS, releases);
    await store.crashes('default', WINDOW, HOUR_MS, { incidentId, releases });
  }
  await store.crashes('default', WINDOW, HOUR_MS, { incidentId: null, releases: ['a'] });
}

interface Plan {
  readonly name: string;
  readonly plan: string;
}

/** @param settings of the planner, for these plans alone */
function explainAll(pool: PostgresPool, settings: string): Promise<readonly Plan[]> {
  return pool.transaction(async (sql) => {
    if (settings !== '') await sql.query(settings);
    const { rows } = await sql.query<{ name: string; statement: string }>(
      'SELECT name, statement FROM pg_prepared_statements ORDER BY name',
    );
    const explained: Plan[] = [];
    for (const { name, statement } of rows) {
      const plan = await sql.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${statement}`);
      explained.push({ name, plan: plan.rows.map((row) => row['QUERY PLAN']).join('\n') });
    }
    return explained;
  });
}

it('no statement of the census reads a whole table, once tables are large', async () => {
  const pool = await databases.open();
  await runStatements(pool);
  const plans = await explainAll(pool, 'SET LOCAL enable_seqscan = off');
  expect(plans.map(({ name }) => name)).toEqual([
    'add_alive',
    'check_reboots',
    'claim_hosts',
    'count_crashes_of',
    'count_crashes_of_on',
    'count_crashes_on',
    'counted_ends',
    'drop_ends',
    'exposure',
    'exposure_of_all',
    'find_census_host',
    'first_hits',
    'forget_ends',
    'forget_hosts',
    'forget_sightings',
    'insert_ends',
    'insert_reboots',
    'living_hosts',
    'load_sightings',
    'lock_census_hosts',
    'mark_ends',
    'pending_ends',
    'reach',
    'unseen_hosts',
    'write_host_releases',
    'write_host_state',
    'write_sightings',
  ]);
  expect(plans.filter(({ plan }) => /Seq Scan on /.test(plan))).toEqual([]);
  const onCrashes = plans.find(({ name }) => name === 'count_crashes_on')!.plan;
  expect(onCrashes).toMatch(/Index Cond: .*kernel_release = ANY.*crash_time >= /);
});

it('a heartbeat reads a few rows of a fleet of twenty thousand hosts', async () => {
  const pool = await databases.open();
  await runStatements(pool);
  const hosts = `SELECT 'default', 'host-' || n, 'a', '', '', now() FROM generate_series(1, 20000) AS n`;
  await pool.query(`
    INSERT INTO oopstream.census_host (tenant, host_id, kernel_release, flavour, model, last_seen_at) ${hosts};
    INSERT INTO oopstream.census_sighting (tenant, host_id, kernel_release, flavour, model, seen_at) ${hosts};
    INSERT INTO oopstream.census_host_release (tenant, host_id, kernel_release, first_seen_at, last_seen_at)
      SELECT tenant, host_id, kernel_release, seen_at, seen_at FROM oopstream.census_sighting
      ON CONFLICT DO NOTHING;
    ANALYZE oopstream.census_host, oopstream.census_sighting, oopstream.census_host_release`);
  const writing = /^(claim|lock|load|write|forget|add|find)_(?!ends)/;
  const plans = (await explainAll(pool, '')).filter(({ name }) => writing.test(name));
  expect(plans).toHaveLength(10);
  expect(plans.filter(({ plan }) => /Seq Scan on census/.test(plan))).toEqual([]);
});
