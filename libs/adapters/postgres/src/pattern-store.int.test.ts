import { randomUUID } from 'node:crypto';
import type { PostgresPool } from '@oopstream/adapter-postgres';
import type { ParentQuery } from '@oopstream/ports';
import { storeDatabases } from '@oopstream/testkit';
import { timestamp } from './json-rows';
import { createPatternStore } from './pattern-store';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 20);
const QUERY: ParentQuery = {
  sinceMs: NOW_MS - 30 * DAY_MS,
  minIncidents: 2,
  limit: 10,
  incidentId: null,
};

/** Rows as dedup and the census leave them, of one tenant. */
function createFleet(pool: PostgresPool) {
  const incidents = new Map<string, string>();
  const incident = async (title: string, holding = false): Promise<string> => {
    const known = incidents.get(title);
    if (known !== undefined) return known;
    const id = randomUUID();
    incidents.set(title, id);
    await pool.query(
      `INSERT INTO oopstream.incident (id, tenant, number, status, holding, title, kind, family, first_seen_at, last_seen_at,
         opened_at, opened_by_crash, crashes, fatal_crashes, hosts, updated_at)
       VALUES ($1, 'default', $2, 'open', $3, $4, 'oops', 'bad-access', $5, $5, $5, $1, 1, 1, 1, $5)`,
      [id, incidents.size, holding, title, timestamp(NOW_MS)],
    );
    return id;
  };
  return {
    incident,
    async crash(
      title: string,
      hostId: string,
      more: { parentKey?: string; held?: boolean; atMs?: number; uptimeSeconds?: number } = {},
    ) {
      const incidentId = await incident(title, more.held);
      const at = timestamp(more.atMs ?? NOW_MS - DAY_MS);
      await pool.query(`SELECT oopstream.ensure_crash_partition($1)`, [at]);
      await pool.query(
        `INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, crash_time, processed_at, kind, family,
           fatal, held, title, exact_key, group_key, loose_key, algorithm_version, parent_key, uptime_seconds)
         VALUES ('default', $1, $2, $3, $4, $2, $2, 'oops', 'bad-access', true, $5, 't', 'e', 'g', 'l', 1, $6, $7)`,
        [
          randomUUID(),
          at,
          incidentId,
          hostId,
          more.held ?? false,
          more.parentKey ?? null,
          more.uptimeSeconds ?? null,
        ],
      );
      await pool.query(
        `INSERT INTO oopstream.incident_host (tenant, incident_id, host_id, crashes, fatal_crashes, first_seen_at, last_seen_at)
         VALUES ('default', $1, $2, 1, 1, $3, $3) ON CONFLICT (incident_id, host_id) DO NOTHING`,
        [incidentId, hostId, at],
      );
      return incidentId;
    },
    async host(
      hostId: string,
      more: {
        model?: string;
        bios?: string;
        labels?: object;
        modules?: string[];
        uptimeSeconds?: number;
      } = {},
    ) {
      await pool.query(
        `INSERT INTO oopstream.census_host (tenant, host_id, kernel_release, flavour, model, bios, labels, modules, uptime_seconds, last_seen_at)
         VALUES ('default', $1, '6.1', '', $2, $3, $4, $5, $6, $7)`,
        [
          hostId,
          more.model ?? '',
          more.bios ?? null,
          JSON.stringify(more.labels ?? {}),
          JSON.stringify(more.modules ?? []),
          more.uptimeSeconds ?? null,
          timestamp(NOW_MS),
        ],
      );
    },
  };
}

describe('facets of an incident’s hosts', () => {
  it('are counted among them and among the living fleet', async () => {
    const pool = await databases.open();
    const fleet = createFleet(pool);
    for (let n = 0; n < 10; n += 1)
      await fleet.host(`h${n}`, {
        model: n < 3 ? 'R640' : 'R740',
        labels: { rack: `r${n % 2}` },
        modules: ['zfs'],
      });
    const id = await fleet.crash('a', 'h0');
    await fleet.crash('a', 'h1');
    await fleet.crash('a', 'never-in-the-census');
    const store = createPatternStore(pool);
    expect(await store.facets('default', id, QUERY.sinceMs, 1_000)).toEqual({
      fleetHosts: 10,
      crashedHosts: 2,
      isSample: false,
      looked: 5,
      counts: [
        { facet: 'model', value: 'R640', crashed: 2, fleet: 3 },
        { facet: 'module', value: 'zfs', crashed: 2, fleet: 10 },
        { facet: 'rack', value: 'r0', crashed: 1, fleet: 5 },
        { facet: 'rack', value: 'r1', crashed: 1, fleet: 5 },
      ],
    });
    expect((await store.facets('other', id, QUERY.sinceMs, 1_000)).counts).toEqual([]);
  });

  it('tell how long crashed hosts ran until their latest crash, and the others until now', async () => {
    const pool = await databases.open();
    const fleet = createFleet(pool);
    const DAY_S = 86_400;
    const uptimes = [0, 3_599, 3_600, 40 * DAY_S, 2 ** 32 / 1_000, 208 * DAY_S, 2 ** 54 / 1e9, 600 * DAY_S];
    for (const [n, uptimeSeconds] of uptimes.entries()) await fleet.host(`h${n}`, { uptimeSeconds });
    // Booted again since it crashed after 209 days, and before that after one minute.
    const id = await fleet.crash('a', 'h0', { uptimeSeconds: 209 * DAY_S, atMs: NOW_MS - 2 * DAY_MS });
    await fleet.crash('a', 'h0', { uptimeSeconds: 60, atMs: NOW_MS - 3 * DAY_MS });
    await fleet.crash('a', 'h0', { atMs: NOW_MS - DAY_MS });
    await fleet.crash('b', 'h0', { uptimeSeconds: 5, atMs: NOW_MS - DAY_MS });
    // Nobody knows how long it ran: the heartbeat of the boot after says nothing of it.
    await fleet.crash('a', 'h1');
    await fleet.crash('a', 'h3', { uptimeSeconds: 2 ** 32 / 1_000 - 0.001 });
    const { counts, looked } = await createPatternStore(pool).facets('default', id, QUERY.sinceMs, 1_000);
    expect(counts).toEqual([
      { facet: 'uptime', value: '208.5d-497.1d', crashed: 1, fleet: 2 },
      { facet: 'uptime', value: '30d-49.7d', crashed: 1, fleet: 1 },
    ]);
    expect(looked).toBe(6);
  });

  it('are of a sample of a large fleet, and of every crashed host', async () => {
    const pool = await databases.open();
    const fleet = createFleet(pool);
    for (let n = 0; n < 200; n += 1) await fleet.host(`h${n}`, { model: 'R640' });
    const id = await fleet.crash('a', 'h0');
    for (let n = 1; n < 20; n += 1) await fleet.crash('a', `h${n}`);
    const found = await createPatternStore(pool).facets('default', id, QUERY.sinceMs, 50);
    expect(found).toMatchObject({ isSample: true, crashedHosts: 20 });
    expect(found.fleetHosts).toBeGreaterThan(35);
    expect(found.fleetHosts).toBeLessThan(120);
  });
});

it('tells how an incident’s hosts crash besides', async () => {
  const pool = await databases.open();
  const fleet = createFleet(pool);
  await fleet.host('bad', { model: 'R640' });
  await fleet.host('good', { model: 'R740' });
  const id = await fleet.crash('a', 'bad');
  await fleet.crash('a', 'good');
  await fleet.crash('b', 'bad');
  await fleet.crash('damaged', 'good', { held: true });
  const store = createPatternStore(pool);
  const pattern = { hosts: 2, hostsOfKnownModel: 2, models: 2, analysedCrashes: 0, hardwareCrashes: 0 };
  expect(await store.hostPattern('default', id, QUERY.sinceMs, 3)).toEqual({ ...pattern, suspectHosts: 0 });
  await fleet.crash('c', 'bad');
  expect(await store.hostPattern('default', id, QUERY.sinceMs, 3)).toEqual({ ...pattern, suspectHosts: 1 });
});

it('groups victims by the key that they share', async () => {
  const pool = await databases.open();
  const fleet = createFleet(pool);
  const parentKey = 'victims 6.1 kmalloc-256';
  await fleet.crash('a', 'h1', { parentKey });
  await fleet.crash('a', 'h2', { parentKey });
  const other = await fleet.crash('b', 'h1', { parentKey });
  await fleet.crash('c', 'h1', { parentKey: 'victims 6.1 alone' });
  await fleet.crash('d', 'h1', { parentKey, atMs: QUERY.sinceMs - DAY_MS });
  await fleet.crash('e', 'h1', { parentKey, held: true });
  const store = createPatternStore(pool);
  const found = await store.victims('default', QUERY);
  expect(found).toMatchObject([{ key: parentKey, crashes: 3, hosts: 2, incidentCount: 2 }]);
  expect(found[0]?.incidents).toMatchObject([
    { number: 'OOPS-1', title: 'a', crashes: 2, lastSeenAtMs: NOW_MS - DAY_MS },
    { number: 'OOPS-2', title: 'b', crashes: 1 },
  ]);
  expect(await store.victims('default', { ...QUERY, incidentId: other })).toEqual(found);
  const alone = await fleet.incident('c');
  expect(await store.victims('default', { ...QUERY, incidentId: alone })).toEqual([]);
  expect(await store.victims('other', QUERY)).toEqual([]);
});

it('names hosts that crash in unlike ways', async () => {
  const pool = await databases.open();
  const fleet = createFleet(pool);
  for (const title of ['a', 'b', 'c']) await fleet.crash(title, 'bad');
  await fleet.crash('a', 'good');
  await fleet.crash('damaged', 'good', { held: true });
  const store = createPatternStore(pool);
  const found = await store.suspectHosts('default', QUERY);
  expect(found).toMatchObject([{ key: 'bad', crashes: 3, hosts: 1, incidentCount: 3 }]);
  const own = { ...QUERY, incidentId: await fleet.incident('a') };
  expect(await store.suspectHosts('default', own)).toEqual(found);
  expect(await store.suspectHosts('default', { ...QUERY, minIncidents: 4 })).toEqual([]);
});
