import { censusStoreConformance } from '../conformance';
import { MemoryCensusStore } from './memory-census-store';

censusStoreConformance('memory', () => {
  const store = new MemoryCensusStore();
  return Promise.resolve({
    store,
    addCrash: (crash) => Promise.resolve(store.addCrash(crash)),
    addTranscript: (...sent) => Promise.resolve(store.addTranscript(...sent)),
  });
});
