import { blobRaceConformance, blobStoreConformance } from '../conformance/blob-store';
import { MemoryBlobStore } from './blob-store';

const HOUR_MS = 3_600_000;

const makeHarness = () => {
  let agedMs = 0;
  const store = new MemoryBlobStore(() => Date.now() - agedMs);
  return Promise.resolve({
    store,
    reopen: () => Promise.resolve(store),
    age: async (keys: readonly string[]) => {
      agedMs = 2 * HOUR_MS;
      for (const key of keys) await store.put(key, store.blobs.get(key)!);
      agedMs = 0;
      return { store, sinceMs: Date.now() - HOUR_MS };
    },
    spoil: (key: string) => {
      const bytes = store.blobs.get(key)!;
      const middle = bytes.byteLength >> 1;
      bytes[middle] = bytes[middle]! ^ 0xff;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
};

blobStoreConformance('memory', makeHarness);
blobRaceConformance('memory', makeHarness);
