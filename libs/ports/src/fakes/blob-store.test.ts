import { blobStoreConformance } from '../conformance/blob-store';
import { MemoryBlobStore } from './blob-store';

blobStoreConformance('memory', () => {
  const store = new MemoryBlobStore();
  return Promise.resolve({
    store,
    reopen: () => Promise.resolve(store),
    spoil: (key: string) => {
      const bytes = store.blobs.get(key)!;
      const middle = bytes.byteLength >> 1;
      bytes[middle] = bytes[middle]! ^ 0xff;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
