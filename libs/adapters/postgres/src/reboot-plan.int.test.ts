import { storeDatabases } from '@oopstream/testkit';
import { timestamp } from './json-rows';
import type { PostgresPool } from './pool';
import { countRowsTouched } from './queries/plan-bench';
import { createRebootStore } from './reboot-store';

const databases = storeDatabases(2);
afterEach(() => databases.dropAll());

const REBOOTS = 20_000;
const NOW_MS = Date.UTC(2026, 0, 20);
const ALL = { state: null, hostId: null, release: null, sinceMs: null, untilMs: null };

/** A reboot a minute, one in 1,000 still open or due, each of a host of its own; crashes beside them. */
async function fill(pool: PostgresPool): Promise<void> {
  await pool.query('SELECT oopstream.ensure_crash_partition($1::timestamptz)', [timestamp(NOW_MS)]);
  await pool.query(
    `INSERT INTO oopstream.dirty_reboot (tenant, host_id, boot_id, kernel_release, alive_at, back_at, recorded_at, state, check_at)
     SELECT 'default', 'h' || n, 'b' || n, '6.1', back, back, back, CASE WHEN n % 1000 = 0 THEN 'open' ELSE 'explained' END,
       CASE WHEN n % 1000 = 0 THEN back END
     FROM generate_series(1, $1::integer) n, LATERAL (SELECT $2::timestamptz - n * interval '1 minute' AS back) AS times`,
    [REBOOTS, timestamp(NOW_MS)],
  );
  await pool.query(
    `INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, crash_time, processed_at, kind, family,
       fatal, held, title, exact_key, group_key, loose_key, algorithm_version)
     SELECT 'default', gen_random_uuid(), $2::timestamptz - n * interval '1 second', gen_random_uuid(), 'h' || n, now(), now(),
       'oops', 'bad-access', true, false, 't', 'e', 'g', 'l', 1 FROM generate_series(1, $1::integer) n`,
    [REBOOTS, timestamp(NOW_MS)],
  );
  await pool.query('ANALYZE oopstream.dirty_reboot, oopstream.crash');
}

/** What a pool is asked, with the rows that the server has to look at for it. */
function watched(pool: PostgresPool) {
  const touched: number[] = [];
  const watch = <Source extends Pick<PostgresPool, 'query'>>(sql: Source): Source => ({
    ...sql,
    query: async (text: string, values: readonly unknown[] = [], name?: string) => {
      if (/^\s*SELECT\s/.test(text)) {
        const statement = { text, values };
        touched.push(await pool.transaction((own) => countRowsTouched(own, statement)));
      }
      return sql.query(text, values, name);
    },
  });
  return { pool: watch(pool), touched };
}

it('a page of reboots is read along an index, whatever is asked for', async () => {
  const pool = await databases.open();
  await fill(pool);
  const asked = watched(pool);
  const store = createRebootStore(asked.pool);
  const first = await store.list('default', ALL, 20, null);
  await store.list('default', ALL, 20, first.next);
  expect((await store.list('default', { ...ALL, state: 'open' }, 10, null)).items).toHaveLength(10);
  expect((await store.list('default', { ...ALL, hostId: 'h7' }, 10, null)).items).toHaveLength(1);
  const day = { sinceMs: NOW_MS - 86_400_000 * 3, untilMs: NOW_MS - 86_400_000 * 2 };
  expect((await store.list('default', { ...ALL, ...day }, 10, null)).items).toHaveLength(10);
  expect(asked.touched).toHaveLength(5);
  for (const rows of asked.touched) expect(rows).toBeLessThan(100);
});

it('a sweep reads the reboots that are due, and the crashes of their hosts', async () => {
  const pool = await databases.open();
  await fill(pool);
  const due = await pool.query('SELECT 1 FROM oopstream.dirty_reboot WHERE check_at <= $1', [
    timestamp(NOW_MS),
  ]);
  expect(due.rows).toHaveLength(REBOOTS / 1_000);
  const statements: { text: string; values: readonly unknown[] }[] = [];
  const store = createRebootStore({
    ...pool,
    transaction: (work) =>
      pool.transaction((sql) =>
        work({
          ...sql,
          query: (text, values, name) => {
            statements.push({ text, values: values ?? [] });
            return sql.query(text, values, name);
          },
        }),
      ),
  });
  const settled = await store.settle(NOW_MS, 10, 0, (reboots) => ({
    verdicts: reboots.map(({ reboot }) => ({ id: reboot.id, state: 'open', crashId: null, checkAtMs: null })),
    deliveries: [],
  }));
  expect(settled).toMatchObject({ due: 10 });
  const reading = statements.filter(
    ({ text }) => text.includes('dirty_reboot AS reboot\nLEFT') || text.includes('AS near'),
  );
  expect(reading).toHaveLength(2);
  for (const statement of reading) {
    const rows = await pool.transaction((sql) => countRowsTouched(sql, statement));
    expect(rows).toBeLessThan(200);
  }
});
