import { deliveryStoreConformance } from '../conformance';
import { MemoryDeliveryStore } from './memory-delivery-store';

deliveryStoreConformance('memory', async () => {
  const store = new MemoryDeliveryStore();
  return { store, insert: async (deliveries) => store.insert(deliveries) };
});
