import { randomUUID } from 'node:crypto';
import { incidentStoreConformance } from '../conformance/incident-store';
import { MemoryIncidentStore } from './memory-incident-store';

incidentStoreConformance('memory', () => {
  const store = new MemoryIncidentStore();
  return Promise.resolve({
    incidents: store,
    ledger: store,
    outbox: store,
    retention: store,
    newId: () => randomUUID(),
    listIncidents: () =>
      Promise.resolve([...store.rows.incidents.values()].sort((a, b) => a.number - b.number)),
  });
});
