import { CRASH_MATCH_LIMITS } from '@oopstream/core-incident';
import type { KnownMoment } from '@oopstream/core-incident';
import { storeDatabases } from '@oopstream/testkit';
import { jsonRows, timestamp } from './json-rows';
import { bondRows, SELECT_CRASHES } from './load-crashes';
import type { PostgresPool } from './pool';
import { countRowsTouched, relationsRead } from './queries/plan-bench';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

const CRASHES = 20_000;
const NOW_MS = Date.UTC(2026, 0, 20);
const NOTHING: KnownMoment = {
  bootedAtMs: null,
  uptimeSeconds: null,
  clockMs: null,
  machineStates: [],
  timeless: false,
};

/** All crashes of one host that crashes in a loop, each in a boot and at a moment of its own. */
async function fill(pool: PostgresPool): Promise<void> {
  await pool.query('SELECT oopstream.ensure_crash_partition($1::timestamptz)', [timestamp(NOW_MS)]);
  await pool.query(
    `INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, crash_time, processed_at, kind, family,
       fatal, held, title, exact_key, group_key, loose_key, algorithm_version, booted_ms, clock_ms, uptime_seconds, machine_states)
     SELECT 'default', gen_random_uuid(), $2::timestamptz - n * interval '1 second', gen_random_uuid(), 'h', now(), now(), 'oops',
       'bad-access', true, false, 't', 'e', 'g', 'l', 1, n * 1000000::bigint, n * 1000000::bigint + 500000, n + 0.123456,
       ARRAY['s' || n]
     FROM generate_series(1, $1::integer) n`,
    [CRASHES, timestamp(NOW_MS)],
  );
  await pool.query('ANALYZE oopstream.crash');
}

it('a copy is compared with a few crashes of many on its host, found by index for each kind of evidence', async () => {
  const pool = await databases.open();
  await fill(pool);
  const look = async (moment: Partial<KnownMoment>) => {
    const own = {
      tenant: 'default',
      hostId: 'h',
      bundleId: null,
      bootId: null,
      receivedAtMs: NOW_MS,
    };
    const bonds = [{ ...own, moment: { ...NOTHING, ...moment } }];
    const rows = bondRows({ bonds }, CRASH_MATCH_LIMITS);
    const values = [jsonRows(rows), CRASH_MATCH_LIMITS.maxCandidates];
    const found = (await pool.query(SELECT_CRASHES, values)).rows.length;
    const touched = await pool.transaction((sql) => countRowsTouched(sql, { text: SELECT_CRASHES, values }));
    return { found, isFew: touched < 10 * CRASH_MATCH_LIMITS.maxCandidates };
  };
  const one = { found: 1, isFew: true };
  expect(await look({ bootedAtMs: 7_000_000 })).toEqual(one);
  expect(await look({ clockMs: 9_500_000 })).toEqual(one);
  expect(await look({ uptimeSeconds: 11.123_456 })).toEqual(one);
  expect(await look({ machineStates: ['s13', 'nobody'] })).toEqual(one);
  expect(await look({ bootedAtMs: 7_000_000, clockMs: 9_500_000, machineStates: ['s13'] })).toEqual({
    ...one,
    found: 3,
  });
  // It may be of any: the latest are compared by their keys.
  expect(await look({})).toEqual({ ...one, found: CRASH_MATCH_LIMITS.maxCandidates });
});

it('a copy by boot or bundle is looked for in the months of its window only', async () => {
  const pool = await databases.open();
  const dayMs = 86_400_000;
  for (let month = 0; month < 12; month += 1)
    await pool.query('SELECT oopstream.ensure_crash_partition($1::timestamptz)', [
      timestamp(Date.UTC(2025, month, 15)),
    ]);
  await pool.query(
    `INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, crash_time, processed_at, kind, family,
       fatal, held, title, exact_key, group_key, loose_key, algorithm_version, boot_id, bundle_id)
     SELECT 'default', gen_random_uuid(), $2::timestamptz - n * interval '1 hour', gen_random_uuid(), 'h' || n % 50, now(), now(),
       'oops', 'bad-access', true, false, 't', 'e', 'g', 'l', 1, 'boot-' || n, 'bundle-' || n
     FROM generate_series(1, $1::integer) n`,
    [340 * 24, timestamp(Date.UTC(2025, 11, 20))],
  );
  await pool.query('ANALYZE oopstream.crash');
  const receivedAtMs = Date.UTC(2025, 11, 20);
  // The second one's crash of its boot is a hundred days old.
  const bonds = [
    {
      tenant: 'default',
      hostId: 'h7',
      bundleId: 'bundle-7',
      bootId: 'boot-57',
      receivedAtMs,
      moment: NOTHING,
    },
    {
      tenant: 'default',
      hostId: 'h7',
      bundleId: null,
      bootId: 'boot-2407',
      receivedAtMs,
      moment: NOTHING,
    },
  ];
  const limits = { ...CRASH_MATCH_LIMITS, windowMs: dayMs };
  const values = [jsonRows(bondRows({ bonds }, limits)), limits.maxCandidates];
  const found = await pool.query(SELECT_CRASHES, values);
  const read = await pool.transaction((sql) => relationsRead(sql, { text: SELECT_CRASHES, values }));
  expect(found.rows).toHaveLength(2);
  expect([...read].filter((name) => name.startsWith('crash_')).sort()).toEqual([
    'crash_2025_10',
    'crash_2025_11',
    'crash_2025_12',
  ]);
});
