import { randomUUID } from 'node:crypto';
import { replayStoreConformance } from '@oopstream/ports/conformance';
import { storeDatabases } from '@oopstream/testkit';
import { createAlgorithmStore, setActiveVersion } from './algorithm-store';
import { createReplayStore } from './replay-store';
import { setState } from './run-row';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

replayStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  return {
    replays: createReplayStore(pool),
    algorithms: createAlgorithmStore(pool),
    newId: () => randomUUID(),
    setState: (id, state) => setState(pool, id, { state, nowMs: 0 }),
    setVersion: (tenant, version) => setActiveVersion(pool, tenant, version, 0),
  };
});
