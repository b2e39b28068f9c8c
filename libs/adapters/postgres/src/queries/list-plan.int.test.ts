import type { IncidentFilter, IncidentOrder } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { createPool, migrate, postgresConfigSchema } from '../index';
import type { PostgresPool } from '../index';
import { createIncidentQueries } from './create-incident-queries';
import { incidentPageSql } from './list-incidents';
import { countRowsTouched } from './plan-bench';

const INCIDENTS = 100_000;
const T0_MS = Date.UTC(2026, 0, 1);
const EVERYTHING: IncidentFilter = {
  status: null,
  titlePart: null,
  family: null,
  kind: null,
  release: null,
  host: null,
  verdict: null,
  hardware: null,
  lastSeenFromMs: null,
  trend: null,
  triage: null,
  assignee: null,
  severity: null,
};

/** Three incidents of four are open, each on one of 2,000 hosts and one of 50 releases, with one of 25 verdicts. */
const FILL = `
INSERT INTO oopstream.incident (id, tenant, number, status, holding, title, kind, family, first_seen_at, last_seen_at,
  opened_at, opened_by_crash, crashes, fatal_crashes, hosts, updated_at, trend, severity, triage, life)
SELECT md5(n::text)::uuid, 'default', n, CASE WHEN n % 4 = 0 THEN 'resolved' ELSE 'open' END, false,
  'fn_' || n || '+1 page_fault from sys_' || n % 300, 'page-fault', 'family-' || n % 9, to_timestamp(t), to_timestamp(t + n % 977),
  to_timestamp(t), md5(n::text)::uuid, n % 1009, n % 1009, n % 103, now(),
  CASE WHEN n % 1000 = 1 THEN 'escalating' ELSE 'ongoing' END, n % 100,
  jsonb_build_object('assignee', CASE WHEN n % 1000 = 2 THEN 'ann' END, 'mute', CASE WHEN n % 1000 = 3 THEN '{}'::jsonb END),
  jsonb_build_object('unordered', CASE WHEN n % 1000 = 4 THEN '[1]'::jsonb ELSE '[]'::jsonb END)
FROM (SELECT n, ${T0_MS / 1000} + n AS t FROM generate_series(1, ${INCIDENTS}) AS n) AS row`;
const FILL_FACETS = `
WITH row AS (SELECT id, number, first_seen_at, last_seen_at FROM oopstream.incident),
releases AS (
  INSERT INTO oopstream.incident_release SELECT 'default', id, '6.1.' || number % 50, 1, 1, first_seen_at, last_seen_at FROM row
),
verdicts AS (
  INSERT INTO oopstream.incident_verdict SELECT 'default', id, 'verdict-' || number % 25, 1, 1, first_seen_at, last_seen_at FROM row
),
hardware AS (
  INSERT INTO oopstream.incident_hardware SELECT 'default', id, CASE WHEN number % 100 = 0 THEN 'likely' ELSE 'unlikely' END, 1, 1,
    first_seen_at, last_seen_at FROM row
)
INSERT INTO oopstream.incident_host SELECT 'default', id, 'host-' || number % 2000, 1, 1, first_seen_at, last_seen_at FROM row`;

describe(`the incident list among ${INCIDENTS} incidents`, () => {
  let database: FreshDatabase;
  let pool: PostgresPool;
  beforeAll(async () => {
    database = await freshDatabase();
    const config = postgresConfigSchema.parse({ url: database.connectionString });
    pool = createPool(config, { logger: createLogger({ service: 'test', level: 'warn' }) });
    await migrate(pool);
    await pool.query(FILL);
    await pool.query(FILL_FACETS);
    await pool.query('ANALYZE');
  }, 60_000);
  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  /** Rows that the server had to look at for one page. */
  const rowsTouched = async (
    filter: Partial<IncidentFilter>,
    order: IncidentOrder,
    after: { readonly value: number; readonly id: string } | null,
  ): Promise<number> => {
    const page = { order, limit: 50, after };
    return countRowsTouched(pool, incidentPageSql('default', { ...EVERYTHING, ...filter }, page));
  };

  const ORDERS: readonly IncidentOrder[] = [
    '-lastSeen',
    'lastSeen',
    '-firstSeen',
    'firstSeen',
    '-crashes',
    '-hosts',
    '-severity',
    'severity',
  ];

  it.each(ORDERS)('reads a page by %s along an index, the first as a late one', async (order) => {
    const queries = createIncidentQueries(pool);
    const deep = await queries.listIncidents('default', EVERYTHING, {
      order,
      limit: 5000,
      after: null,
      trend: { bucket: 'day', fromMs: T0_MS, toMs: T0_MS },
    });
    for (const after of [null, deep.next])
      for (const filter of [{}, { status: 'open' } as const])
        await expect(rowsTouched(filter, order, after)).resolves.toBeLessThan(1_000);
  });

  it.each<[string, Partial<IncidentFilter>]>([
    ['a release', { release: '6.1.7' }],
    ['a host', { host: 'host-77' }],
    ['a verdict', { verdict: 'verdict-7' }],
    ['hardware that is likely to blame', { hardware: 'likely' }],
    ['hardware that is not', { hardware: 'unlikely' }],
    ['a family of open ones', { family: 'family-3', status: 'open' }],
    ['a rare trend', { trend: 'escalating', status: 'open' }],
    ['an assignee', { assignee: 'ann' }],
    ['a mute', { triage: 'muted' }],
    ['a branch that nobody knows of', { triage: 'unordered' }],
    ['a severity', { severity: 'critical' }],
    ['a recent time', { lastSeenFromMs: T0_MS + (INCIDENTS - 100) * 1000 }],
  ])('does not look through all of them for those with %s', async (_what, filter) => {
    // Parallel workers each look a little further than the page needs.
    await expect(rowsTouched(filter, '-lastSeen', null)).resolves.toBeLessThan(INCIDENTS / 8);
  });

  it('finds the only title that holds a word within two seconds, also on a busy machine', async () => {
    const queries = createIncidentQueries(pool);
    const startedAtMs = performance.now();
    const { items } = await queries.listIncidents(
      'default',
      { ...EVERYTHING, titlePart: 'FN_77777+' },
      { order: '-lastSeen', limit: 50, after: null, trend: { bucket: 'day', fromMs: T0_MS, toMs: T0_MS } },
    );
    expect(items.map((item) => item.number)).toEqual(['OOPS-77777']);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});
