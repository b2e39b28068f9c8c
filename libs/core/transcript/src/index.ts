export type {
  Arch,
  DamageReason,
  FaultLocation,
  Frame,
  Mentions,
  Reading,
  Span,
  TranscriptFormat,
} from './reading';
export { DEFAULT_READ_LIMITS, readTranscript } from './read-transcript';
export type { Observation, Observe } from './observe';
export type { ReadLimits, TranscriptReadings } from './read-transcript';
