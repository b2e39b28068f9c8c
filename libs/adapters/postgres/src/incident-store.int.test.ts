import { randomUUID } from 'node:crypto';
import { incidentStoreConformance } from '@oopstream/ports/conformance';
import { storeDatabases } from '@oopstream/testkit';
import { createFrameModelStore } from './frame-model-store';
import { createIncidentStore } from './incident-store';
import { lockIncidents } from './incident-row';
import { createLedgerStore } from './ledger-store';
import { createOutboxStore } from './outbox-store';
import { createRetentionStore } from './retention-store';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

incidentStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  return {
    incidents: createIncidentStore(pool),
    ledger: createLedgerStore(pool),
    outbox: createOutboxStore(pool),
    retention: createRetentionStore(pool),
    frameModels: createFrameModelStore(pool),
    newId: () => randomUUID(),
    async listIncidents() {
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM oopstream.incident');
      const incidents = await lockIncidents(
        pool,
        rows.map(({ id }) => id),
      );
      return incidents.sort((a, b) => a.number - b.number);
    },
  };
});
