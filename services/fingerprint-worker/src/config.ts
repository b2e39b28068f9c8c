import { z } from 'zod';

const MIB = 1_048_576;
const whole = (min: number, max: number, standard: number) =>
  z.coerce.number().int().min(min).max(max).default(standard);

/** Section `fingerprint`. */
export const fingerprintConfigSchema = z.object({
  maxBatchRecords: whole(1, 10_000, 200).describe('Most records taken at once.'),
  maxBatchBytes: whole(1024, 256 * MIB, 16 * MIB).describe('Most bytes taken at once, as records.'),
  maxFetchedBytes: whole(1024, 4096 * MIB, 64 * MIB).describe(
    'Most bytes of bodies by reference held at once; one larger is held alone.',
  ),
  blobConcurrency: whole(1, 256, 16).describe('Blob store operations that run at once.'),
  maxMessageBytes: whole(65_536, 3_990_000, 3_900_000).describe(
    'Largest message sent on: readings of a larger one are trimmed, and counted as omitted.',
  ),
  maxLineBytes: whole(256, 65_536, 4_096).describe('Bytes of one line that are looked at.'),
  maxReadings: whole(1, 1_024, 64).describe('Most readings kept for one transcript.'),
  maxFrames: whole(8, 1_024, 128).describe('Most frames kept for one reading.'),
  maxMendedLines: whole(0, 10_000_000, 500_000).describe(
    'Lines up to which a transcript is put back in order where its capture was not.',
  ),
  maxAnalysedReadings: whole(0, 1_024, 16).describe(
    'Most readings of one transcript whose evidence is analysed, the first ones; 0 analyses none.',
  ),
  stormPerMinute: whole(0, 1_000_000, 600).describe(
    'Transcripts of one bug received within a minute, seen by one process, beyond which most are neither archived nor analysed; 0: never.',
  ),
  stormKeepEveryMs: whole(1, 3_600_000, 10_000).describe(
    'Time of receipt after which another transcript of such a storm is archived and analysed all the same.',
  ),
  stormClassesKept: whole(0, 10_000, 100).describe(
    'Host models and titles of a storm whose first transcript is archived and analysed all the same.',
  ),
  stormKeys: whole(1, 1_000_000, 10_000).describe('Bugs that a process remembers the rate of.'),
  stallAfterMs: whole(1_000, 3_600_000, 60_000).describe(
    'Without progress for so long the worker is not ready.',
  ),
});

export type FingerprintConfig = Readonly<z.infer<typeof fingerprintConfigSchema>>;
