import { randomUUID } from 'node:crypto';
import { decideBatch } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import { createHostStore } from './host-store';
import { createIncidentStore } from './incident-store';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

it('a batch of crashes says when its hosts died, and what crashed on them', async () => {
  const pool = await databases.open();
  const nowMs = SAMPLE_START_MS + 86_400_000;
  const occurredAtMs = SAMPLE_START_MS - 60_000;
  const receipts = [
    sampleReceipt(1, { readings: [{ bug: 'f', fatal: true, occurredAtMs }] }),
    sampleReceipt(2, { readings: [{ bug: 'g', occurredAtMs: occurredAtMs + 5_000 }] }),
  ];
  const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs, retentionMs: nowMs });
  const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs });
  await batch.commit(plan, { publications: [], deliveries: [] });
  const { rows } = await pool.query(
    `SELECT host_id AS "hostId", ended_at AS "atMs" FROM oopstream.census_end`,
  );
  expect(rows).toEqual([{ hostId: 'host-1', atMs: occurredAtMs }]);
  const hosts = createHostStore(pool);
  expect(await hosts.incidentsOf('default', 'host-1', 10)).toMatchObject([
    { number: 'OOPS-2', crashes: 1, fatalCrashes: 0, lastSeenAtMs: occurredAtMs + 5_000 },
    { number: 'OOPS-1', crashes: 1, fatalCrashes: 1 },
  ]);
  expect(await hosts.incidentsOf('default', 'host-1', 1)).toHaveLength(1);
  expect(await hosts.incidentsOf('other', 'host-1', 10)).toEqual([]);
});
