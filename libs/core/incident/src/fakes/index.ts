export { MemoryDecisions } from './memory-decisions';
export type { DecisionRecord } from './memory-decisions';
export { MemoryIncidents } from './memory-incidents';
export { MemoryJoining } from './memory-joining';
export type { MemoryCounts } from './memory-incidents';
export { sampleIncident } from './sample-incident';
export { sampleAlgorithm } from './sample-algorithm';
export { SAMPLE_START_MS, sampleReceipt } from './sample-receipt';
export type { SampleReading, SampleReceipt } from './sample-receipt';
