export { MemoryDeliveryStore } from './memory-delivery-store';
export { MemoryBlobStore } from './blob-store';
