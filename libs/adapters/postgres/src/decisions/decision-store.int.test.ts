import { randomUUID } from 'node:crypto';
import { formatIncidentNumber } from '@oopstream/core-incident';
import type { IncidentGlance } from '@oopstream/ports/conformance';
import { decisionStoreConformance } from '@oopstream/ports/conformance';
import { storeDatabases } from '@oopstream/testkit';
import { COUNT_DRIFT } from '../count-drift';
import { createIncidentStore } from '../incident-store';
import type { PostgresPool } from '../pool';
import { createRetentionStore } from '../retention-store';
import { createDecisionStore } from './decision-store';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

decisionStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  return {
    incidents: createIncidentStore(pool),
    decisions: createDecisionStore(pool),
    retention: createRetentionStore(pool),
    newId: () => randomUUID(),
    glance: () => glance(pool),
    drift: () => drift(pool),
  };
});

/** Where retention dropped crashes, only the ledger's own check can say whether counts are right. */
async function drift(pool: PostgresPool): Promise<readonly unknown[]> {
  const { rows } = await pool.query('SELECT FROM oopstream.forgotten_incident');
  return rows.length > 0 ? [] : (await pool.query(COUNT_DRIFT)).rows;
}

async function glance(pool: PostgresPool): Promise<readonly IncidentGlance[]> {
  const { rows } = await pool.query<
    Omit<IncidentGlance, 'number' | 'mergedInto'> & { readonly number: number; readonly into: number | null }
  >(
    `SELECT i.number, m.number AS into, i.title, i.status, i.crashes, i.fatal_crashes AS "fatalCrashes", i.hosts,
       i.first_seen_at AS "firstSeenAtMs", i.last_seen_at AS "lastSeenAtMs",
       ARRAY(SELECT group_key FROM oopstream.incident_key k WHERE k.incident_id = i.id
         ORDER BY group_key COLLATE "C") AS "groupKeys",
       ARRAY(SELECT crash_id::text FROM oopstream.crash c WHERE c.incident_id = i.id
         ORDER BY crash_id) AS "crashIds"
     FROM oopstream.incident i LEFT JOIN oopstream.incident m ON m.id = i.merged_into ORDER BY i.number`,
  );
  return rows.map(({ number, into, ...same }) => ({
    ...same,
    number: formatIncidentNumber(number),
    mergedInto: into === null ? null : formatIncidentNumber(into),
  }));
}
