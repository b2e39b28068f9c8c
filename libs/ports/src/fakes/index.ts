export { MemoryPatternStore } from './memory-pattern-store';
export { MemoryDecisionStore } from './memory-decision-store';
export { MemoryDeliveryStore } from './memory-delivery-store';
export { MemoryCensusStore } from './memory-census-store';
export type { CensusCrash } from './memory-census-store';
export { MemoryHostStore } from './memory-host-store';
export { MemoryRebootStore } from './memory-reboot-store';
export { MemoryBlobStore } from './blob-store';
export { createMemoryEventLog } from './event-log';
export type { MemoryEventLog, MemoryEventLogOptions } from './event-log';
export { MemoryJobQueue } from './memory-job-queue';
export type { MemoryJobQueueOptions } from './memory-job-queue';
export { MemoryIncidentQueries } from './memory-incident-queries';
export type { StoredCrash, StoredIncident } from './memory-incident-queries';
export {
  FIXTURE_TIME_MS,
  fixtureCrash,
  fixtureIncident,
  fixtureReading,
  fixtureTranscript,
  fixtureTranscriptId,
  fixtureUuid,
} from './incident-fixtures';
export { MemoryFixStore } from './memory-fix-store';
export { MemoryLifeStore } from './memory-life-store';
export { MemoryFrameModelStore } from './memory-frame-model-store';
export { MemoryIncidentStore } from './memory-incident-store';
export { MemoryReplayStore } from './memory-replay-store';
