import { randomUUID } from 'node:crypto';
import { censusStoreConformance } from '@oopstream/ports/conformance';
import { storeDatabases } from '@oopstream/testkit';
import { createCensusStore } from './census-store';
import { timestamp } from './json-rows';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

const INSERT_CRASH = `
INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, crash_time, processed_at, kind, family,
  fatal, held, title, exact_key, group_key, loose_key, algorithm_version, kernel_release)
VALUES ($1, $2, now(), $3, $4, $5, now(), 'oops', 'bad-access', $6, false, 't', 'e', 'g', 'l', 1, $7)`;

const COUNT_HOST = `
INSERT INTO oopstream.incident_host AS host (tenant, incident_id, host_id, crashes, fatal_crashes, first_seen_at, last_seen_at)
VALUES ($1, $2, $3, 1, 0, $4, $4)
ON CONFLICT (incident_id, host_id) DO UPDATE SET first_seen_at = least(host.first_seen_at, excluded.first_seen_at)`;

const INSERT_HOST =
  'INSERT INTO oopstream.host (tenant, host_id, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3)';

censusStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  return {
    store: createCensusStore(pool),
    addCrash: async ({ tenant, incidentId, hostId, atMs, fatal, release }) => {
      const values = [tenant, randomUUID(), incidentId, hostId, timestamp(atMs), fatal, release];
      await pool.query(INSERT_CRASH, values);
      await pool.query(COUNT_HOST, [tenant, incidentId, hostId, timestamp(atMs)]);
    },
    addTranscript: async (tenant, hostId, atMs) => {
      await pool.query(INSERT_HOST, [tenant, hostId, timestamp(atMs)]);
    },
  };
});

it('keeps single sightings for as long as one may come late, and a day', async () => {
  const pool = await databases.open();
  const store = createCensusStore(pool);
  const hourMs = 3_600_000;
  const limits = { maxGapMs: hourMs, lateMs: 6 * hourMs, maxAgeMs: 1e12, maxAheadMs: 0 };
  const said = { hostId: 'h1', name: null, bios: null, livepatches: [], bootId: null, uptimeSeconds: null };
  const build = { release: 'a', flavour: '', model: '' };
  const startMs = Date.UTC(2026, 10, 1);
  for (let hour = 0; hour < 96; hour++) {
    const beat = { ...said, build, atMs: startMs + hour * hourMs, kdumpReady: null, labels: {} };
    await store.record('default', [beat], limits, beat.atMs);
  }
  const { rows } = await pool.query<{ first: number }>(
    'SELECT min(seen_at) AS first FROM oopstream.census_sighting',
  );
  // The floor rose into the last day when that was six hours old; one neighbour from before it is still there.
  expect(rows).toEqual([{ first: startMs + 71 * hourMs }]);
  const window = { sinceMs: startMs, untilMs: startMs + 95 * hourMs };
  expect(await store.exposure('default', window, hourMs, null)).toEqual([
    { release: 'a', aliveMs: 95 * hourMs, hosts: 1 },
  ]);
});
