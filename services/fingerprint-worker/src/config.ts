import { z } from 'zod';

const MIB = 1_048_576;
const whole = (min: number, max: number, standard: number) =>
  z.coerce.number().int().min(min).max(max).default(standard);

/** Section `fingerprint`. */
export const fingerprintConfigSchema = z.object({
  /** Records taken at once. */
  maxBatchRecords: whole(1, 10_000, 200),
  /** Bytes taken at once, as records. */
  maxBatchBytes: whole(1024, 256 * MIB, 16 * MIB),
  /** Bodies by reference that are fetched and held at once; one larger is held alone. */
  maxFetchedBytes: whole(1024, 4096 * MIB, 64 * MIB),
  /** Blob store operations that run at once. */
  blobConcurrency: whole(1, 256, 16),
  /** Largest message sent on: readings of a larger one are trimmed, and counted as omitted. */
  maxMessageBytes: whole(65_536, 3_990_000, 3_900_000),
  /** Bytes of one line that are looked at. */
  maxLineBytes: whole(256, 65_536, 4_096),
  /** Readings kept for one transcript. */
  maxReadings: whole(1, 1_024, 64),
  /** Frames kept for one reading. */
  maxFrames: whole(8, 1_024, 128),
  /** Without progress for longer, the worker is not ready. */
  stallAfterMs: whole(1_000, 3_600_000, 60_000),
});

export type FingerprintConfig = Readonly<z.infer<typeof fingerprintConfigSchema>>;
