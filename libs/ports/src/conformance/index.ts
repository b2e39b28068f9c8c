export { deliveryStoreConformance } from './delivery-store';
export type { DeliveryStoreUnderTest } from './delivery-store';
export { until } from './until';
export { blobStoreConformance } from './blob-store';
export type { BlobStoreHarness } from './blob-store';
export { eventLogConformance } from './event-log';
export type { EventLogHandles, EventLogHarness } from './event-log';
export { jobQueueConformance, KEEP_COMPLETED_MS } from './job-queue';
export type { JobsUnderTest, TestPayload } from './job-queue';
