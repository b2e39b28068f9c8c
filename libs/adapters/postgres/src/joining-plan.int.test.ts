import { STACK_VERSION } from '@oopstream/core-similarity';
import { storeDatabases } from '@oopstream/testkit';
import { jsonRows } from './json-rows';
import { SELECT_CANDIDATES, SELECT_CANDIDATE_KEYS, SELECT_STACKS } from './load-joining';
import type { PostgresPool } from './pool';
import { countRowsTouched } from './queries/plan-bench';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

const INCIDENTS = 100_000;
const LIMIT = 20;
const incident = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Half of the incidents resolved, each with a key and a stack; `switch_f` called the culprit of every second. */
async function fill(pool: PostgresPool): Promise<void> {
  await pool.query(
    `INSERT INTO oopstream.incident (id, tenant, number, status, holding, title, kind, family, first_seen_at, last_seen_at,
       opened_at, opened_by_crash, crashes, fatal_crashes, hosts, updated_at)
     SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'default', n,
       CASE WHEN n % 4 < 2 THEN 'open' ELSE 'resolved' END, false, 't', 'k', 'bad-access', now(), now(), now(),
       gen_random_uuid(), 1, 0, 1, now()
     FROM generate_series(1, $1::integer) n`,
    [INCIDENTS],
  );
  await pool.query(
    `INSERT INTO oopstream.incident_key (tenant, group_key, incident_id, attached_at)
     SELECT 'default', 'key' || number, id, now() FROM oopstream.incident`,
  );
  await pool.query(
    `INSERT INTO oopstream.key_stack (tenant, group_key, version, shape, stack, added_at)
     SELECT 'default', 'key' || n, $2, '', jsonb_build_object('frames', '[]'::jsonb), now() FROM generate_series(1, $1::integer) n`,
    [INCIDENTS, STACK_VERSION],
  );
  await pool.query(
    `INSERT INTO oopstream.key_stack_term (tenant, term, group_key)
     SELECT 'default', term, 'key' || n FROM generate_series(1, $1::integer) n,
       LATERAL (VALUES ('=f' || n), (CASE WHEN n % 2 = 0 THEN '<switch_f' ELSE '<caller' || n END)) AS filed(term)`,
    [INCIDENTS],
  );
  await pool.query('ANALYZE');
}

it('a new key is compared with a few incidents of many, by an index', async () => {
  const pool = await databases.open();
  await fill(pool);
  const touched = (text: string, values: readonly unknown[]): Promise<number> =>
    pool.transaction((sql) => countRowsTouched(sql, { text, values }));
  const ask = (term: string) => ({ tenant: 'default', groupKey: 'new', term });
  const rare = [jsonRows(['=f5', '<caller9', '=f7', '=nobody'].map(ask)), LIMIT];
  expect((await pool.query(SELECT_CANDIDATES, rare)).rows).toHaveLength(3);
  expect(await touched(SELECT_CANDIDATES, rare)).toBeLessThan(20);
  const common = [jsonRows([ask('<switch_f')]), LIMIT];
  expect((await pool.query(SELECT_CANDIDATES, common)).rows.length).toBeLessThanOrEqual(LIMIT);
  expect(await touched(SELECT_CANDIDATES, common)).toBeLessThan(5 * LIMIT);
  const near = [[1, 2, 3].map(incident)];
  expect(await touched(SELECT_CANDIDATE_KEYS, near)).toBeLessThan(20);
  const keys = jsonRows([1, 2, 3].map((n) => ({ tenant: 'default', groupKey: `key${n}` })));
  expect(await touched(SELECT_STACKS, [keys, STACK_VERSION])).toBeLessThan(20);
});
