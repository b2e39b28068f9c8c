import { rebootStoreConformance } from '@oopstream/ports/conformance';
import { storeDatabases } from '@oopstream/testkit';
import { createCensusStore } from './census-store';
import { createHostStore } from './host-store';
import { timestamp } from './json-rows';
import { createRebootStore } from './reboot-store';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

const INSERT_CRASH = `
INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, boot_id, occurred_at, crash_time,
  processed_at, kind, family, fatal, held, title, exact_key, group_key, loose_key, algorithm_version)
VALUES ('default', $1, $2::timestamptz, gen_random_uuid(), $3, $4, $5::timestamptz, coalesce($5::timestamptz, $2::timestamptz), now(), 'oops', 'bad-access', true, false, 't',
  'e', 'g', 'l', 1)`;

rebootStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  return {
    store: createRebootStore(pool),
    census: createCensusStore(pool),
    addCrash: async (hostId, { id, bootId, occurredAtMs, receivedAtMs }) => {
      const times = [timestamp(receivedAtMs), hostId, bootId, timestamp(occurredAtMs)];
      await pool.query(`SELECT oopstream.ensure_crash_partition($1::timestamptz)`, [times[0]]);
      await pool.query(INSERT_CRASH, [id, ...times]);
    },
    addEndpoint: async (tenant, id) => {
      await pool.query(
        `INSERT INTO oopstream.webhook_endpoint (id, tenant, url, label, secrets, created_at)
         VALUES ($1, $2, 'https://example.com', '', '{}', now())`,
        [id, tenant],
      );
    },
    deliveries: async () => {
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM oopstream.delivery');
      return rows.map(({ id }) => id);
    },
  };
});

it('leaves a sweep to the process that is at it', async () => {
  const pool = await databases.open();
  await pool.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock(7246190019)');
    const decide = () => ({ verdicts: [], deliveries: [] });
    expect(await createRebootStore(pool).settle(Date.now(), 10, 0, decide)).toBeNull();
  });
});

it('knows a host by its transcripts, and what crashed on it', async () => {
  const pool = await databases.open();
  const store = createHostStore(pool);
  const seenAt = '2026-11-20T00:00:00Z';
  await pool.query(
    `INSERT INTO oopstream.host (tenant, host_id, name, model, labels, first_seen_at, last_seen_at)
     VALUES ('default', 'h1', 'web-1', 'R640', '{"rack":"r1"}', $1, $1)`,
    [seenAt],
  );
  expect(await store.find('default', 'h1')).toEqual({
    ...{ hostId: 'h1', name: 'web-1', model: 'R640', kernelRelease: null, labels: { rack: 'r1' } },
    ...{ firstSeenAtMs: Date.parse(seenAt), lastSeenAtMs: Date.parse(seenAt) },
  });
  expect(await store.find('other', 'h1')).toBeNull();
  expect(await store.incidentsOf('default', 'h1', 10)).toEqual([]);
});
