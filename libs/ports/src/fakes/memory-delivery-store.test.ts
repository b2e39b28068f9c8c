import { deliveryStoreConformance } from '../conformance';
import { MemoryDeliveryStore } from './memory-delivery-store';

deliveryStoreConformance('memory', () => {
  const store = new MemoryDeliveryStore();
  return Promise.resolve({ store, insert: (deliveries) => Promise.resolve(store.insert(deliveries)) });
});
