import { randomUUID } from 'node:crypto';
import { DEFAULT_LIFE_SETTINGS, decideSweep } from '@oopstream/core-incident';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { lockIncidents } from './incident-row';
import { createPool, migrate, postgresConfigSchema, runMigrations } from './index';
import type { PostgresPool } from './index';
import { createLifeStore } from './life-store';
import { MIGRATIONS } from './migrations';
import { loadEpisodes } from './queries/load-episodes';

const DAY_MS = 86_400_000;
const OPENED_MS = Date.UTC(2026, 0, 1);

describe('a database from before incidents had a life', () => {
  let database: FreshDatabase;
  let pool: PostgresPool;
  beforeEach(async () => {
    database = await freshDatabase();
    pool = createPool(postgresConfigSchema.parse({ url: database.connectionString }), {
      logger: createLogger({ service: 'test', level: 'warn' }),
    });
    await runMigrations(pool, 'store', MIGRATIONS.slice(0, 10));
  });
  afterEach(async () => {
    await pool.close();
    await database.drop();
  });
  const insert = async (
    number: number,
    more: { readonly resolvedIn?: string; readonly recurrences?: number },
  ) => {
    const { resolvedIn = null, recurrences = 0 } = more;
    const id = randomUUID();
    await pool.query(
      `INSERT INTO oopstream.incident (id, tenant, number, status, holding, title, kind, family, first_seen_at, last_seen_at,
         opened_at, opened_by_crash, resolved_at, resolved_by, resolved_in, recurrences, crashes, fatal_crashes, hosts, updated_at)
       VALUES ($1, 'default', $2, CASE WHEN $3::text IS NULL THEN 'open' ELSE 'resolved' END, false, 't', 'bug', 'bug',
         $4::timestamptz, $4, $4, $1, CASE WHEN $3::text IS NOT NULL THEN $4::timestamptz END, 'token:ann', $3, $5, 7, 7, 3, $4)`,
      [id, number, resolvedIn, new Date(OPENED_MS).toISOString(), recurrences],
    );
    return id;
  };

  it('keeps its incidents: open ones get a severity by the first sweep, resolved ones what they were resolved in', async () => {
    const open = await insert(1, { recurrences: 2 });
    const resolved = await insert(2, { resolvedIn: '6.1.90' });
    await migrate(pool);
    const [first, second] = (await lockIncidents(pool, [open, resolved])).sort((a, b) => a.number - b.number);
    expect(first).toMatchObject({
      ...{ status: 'open', trend: 'ongoing', fix: null, severity: 0 },
      triage: { acknowledgedAtMs: null, assignee: null, mute: null },
      life: { openSinceMs: OPENED_MS, escalation: null, unordered: [], fleetShare: null },
    });
    expect(second).toMatchObject({
      status: 'resolved',
      fix: { releases: ['6.1.90'], commit: null, livepatches: [] },
    });
    expect(await loadEpisodes(pool, 'default', open)).toMatchObject([
      { number: 3, closed: null, crashes: 7 },
    ]);
    expect(await loadEpisodes(pool, 'default', resolved)).toMatchObject([
      { number: 1, closed: { why: 'resolved' } },
    ]);

    const nowMs = OPENED_MS + DAY_MS;
    const settings = DEFAULT_LIFE_SETTINGS;
    const step = await createLifeStore(pool).openStep({ nowMs, limit: 10, settings, livingMs: DAY_MS });
    await step!.commit(decideSweep(step!.state, nowMs, settings), { publications: [], deliveries: [] });
    const [swept] = await lockIncidents(pool, [open]);
    expect(swept!.severity).toBeGreaterThan(0);
    expect(swept!.dueAtMs).toBeGreaterThan(nowMs);
    const [closed] = await lockIncidents(pool, [resolved]);
    expect(closed).toMatchObject({ status: 'resolved', dueAtMs: null });
  });

  it('lets what was closed while it escalated escalate again: closing ended that', async () => {
    await runMigrations(pool, 'store', MIGRATIONS.slice(0, 20));
    const open = await insert(1, {});
    const resolved = await insert(2, { resolvedIn: '6.1.90' });
    await pool.query("UPDATE oopstream.incident SET trend = 'escalating'");
    await migrate(pool);
    const trends = new Map((await lockIncidents(pool, [open, resolved])).map(({ id, trend }) => [id, trend]));
    expect(trends).toEqual(
      new Map([
        [open, 'escalating'],
        [resolved, 'ongoing'],
      ]),
    );
  });
});
