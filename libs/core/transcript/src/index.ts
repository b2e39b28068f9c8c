export type { Arch, DamageReason, FaultLocation, Frame, Reading, Span, TranscriptFormat } from './reading';
export { DEFAULT_READ_LIMITS, readTranscript } from './read-transcript';
export type { ReadLimits, TranscriptReadings } from './read-transcript';
