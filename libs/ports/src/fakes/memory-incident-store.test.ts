import { randomUUID } from 'node:crypto';
import { incidentStoreConformance } from '../conformance/incident-store';
import { MemoryFrameModelStore } from './memory-frame-model-store';
import { MemoryIncidentStore } from './memory-incident-store';

incidentStoreConformance('memory', () => {
  const store = new MemoryIncidentStore();
  return Promise.resolve({
    incidents: store,
    ledger: store,
    outbox: store,
    retention: store,
    frameModels: new MemoryFrameModelStore(store.rows),
    newId: () => randomUUID(),
    listIncidents: () =>
      Promise.resolve([...store.rows.incidents.values()].sort((a, b) => a.number - b.number)),
  });
});
