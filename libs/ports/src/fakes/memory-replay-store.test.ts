import { replayStoreConformance } from '../conformance';
import { MemoryReplayStore } from './memory-replay-store';

replayStoreConformance('memory', () => {
  const store = new MemoryReplayStore();
  let ids = 0;
  return Promise.resolve({
    replays: store,
    algorithms: store,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    setState: (id, state) => Promise.resolve(void store.set(id, { state })),
    setVersion: (tenant, version) => Promise.resolve(void store.versions.set(tenant, version)),
  });
});
