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

censusStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  return {
    store: createCensusStore(pool),
    addCrash: async ({ tenant, incidentId, hostId, atMs, fatal, release }) => {
      const values = [tenant, randomUUID(), incidentId, hostId, timestamp(atMs), fatal, release];
      await pool.query(INSERT_CRASH, values);
    },
  };
});
