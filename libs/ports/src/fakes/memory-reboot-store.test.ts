import { rebootStoreConformance } from '../conformance';
import { MemoryCensusStore } from './memory-census-store';
import { MemoryRebootStore } from './memory-reboot-store';

rebootStoreConformance('memory', () => {
  const store = new MemoryRebootStore();
  return Promise.resolve({
    store,
    census: new MemoryCensusStore(store),
    addCrash: (hostId, crash) => Promise.resolve(store.addCrash('default', hostId, crash)),
    addEndpoint: (tenant, id) => Promise.resolve(void store.endpoints.push({ tenant, id })),
    deliveries: () => Promise.resolve(store.deliveries.map(({ id }) => id)),
  });
});
