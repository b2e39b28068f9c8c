import { blobStoreConformance } from '../conformance/blob-store';
import { MemoryBlobStore } from './blob-store';

blobStoreConformance('memory', async () => {
  const store = new MemoryBlobStore();
  return {
    store,
    reopen: async () => store,
    spoil: async (key) => {
      const bytes = store.blobs.get(key)!;
      const middle = bytes.byteLength >> 1;
      bytes[middle] = bytes[middle]! ^ 0xff;
    },
    close: async () => undefined,
  };
});
