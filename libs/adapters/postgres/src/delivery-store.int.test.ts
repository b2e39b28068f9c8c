import { deliveryStoreConformance } from '@oopstream/ports/conformance';
import { storeDatabases } from '@oopstream/testkit';
import { createDeliveryStore } from './delivery-store';
import { insertOutbox } from './outbox-rows';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

deliveryStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  return {
    store: createDeliveryStore(pool),
    insert: (deliveries) => insertOutbox(pool, { publications: [], deliveries }),
  };
});
