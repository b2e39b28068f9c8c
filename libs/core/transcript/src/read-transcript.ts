import type { Reading } from './reading';

/** Bounds on the work and memory that one transcript may cost. */
export interface ReadLimits {
  /** Bytes of one line that are looked at; the rest of the line is skipped. */
  readonly maxLineBytes: number;
  /** Readings kept for one transcript; later ones are counted in `omittedReadings`. */
  readonly maxReadings: number;
  /** Frames kept for one reading. */
  readonly maxFrames: number;
}

export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxLineBytes: 4096,
  maxReadings: 64,
  maxFrames: 128,
};

export interface TranscriptReadings {
  /** In the order in which the crashes begin. Empty: the text shows no crash. */
  readonly readings: readonly Reading[];
  readonly omittedReadings: number;
}

/** Reads a kernel failure text. Never throws, for any bytes; one pass, linear in `bytes.length`. */
export function readTranscript(
  _bytes: Uint8Array,
  _limits: ReadLimits = DEFAULT_READ_LIMITS,
): TranscriptReadings {
  return { readings: [], omittedReadings: 0 };
}
