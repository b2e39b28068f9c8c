import { z } from 'zod';
import { analysisSchema } from './analysis';
import { hostContextSchema } from './host-context';
import { storedReadingSchema, storedSignatureSchema } from './stored-reading';
import { timeMsSchema } from './time-ms';

/**
 * Topic `oopstream.transcript.fingerprinted.v1`: one record for each receipt, JSON, all readings of the transcript
 * (none: it shows no crash). Unknown fields are ignored, so that a newer writer and an older reader get along. Headers
 * `receipt-id`, `source-partition` and `source-offset` say whose it is to who cannot read it.
 */
export const transcriptFingerprintedSchema = z.object({
  version: z.literal(1),
  receiptId: z.string().length(26),
  /** Where the receipt lay in `transcript.received`: the ledger counts these. */
  source: z.object({ partition: z.int().min(0), offset: z.int().min(0) }),
  tenant: z.string(),
  transcriptId: z.string(),
  bundleId: z.string().nullable(),
  hostId: z.string(),
  context: hostContextSchema,
  receivedAtMs: timeMsSchema,
  processedAtMs: timeMsSchema,
  sha256: z.string(),
  sizeBytes: z.int().min(0),
  readings: z
    .array(
      z.object({
        reading: storedReadingSchema,
        signature: storedSignatureSchema,
        /** `null`: not analysed, or written before there were analyses. */
        analysis: analysisSchema.nullable().default(null),
        /** Of the reader that made it; absent: 1. */
        readerVersion: z.int().min(1).optional(),
      }),
    )
    .refine(startsDiffer, 'two readings start at the same byte'),
  omittedReadings: z.int().min(0),
  /** Why the bytes were not kept, such as `storm`; absent: they are in the blob store. */
  bodySampledAway: z
    .string()
    .regex(/^[a-z][a-z-]{0,39}$/)
    .optional(),
  /** Of bytes that were not kept: they came by reference, so they lie in the blob store all the same. */
  bodyStored: z.boolean().optional(),
  traceparent: z.string().nullable(),
});

/** Where a reading starts is its identity within a transcript. */
function startsDiffer(
  readings: readonly { readonly reading: { readonly span: { start: number } } }[],
): boolean {
  return new Set(readings.map(({ reading }) => reading.span.start)).size === readings.length;
}

export type TranscriptFingerprinted = z.infer<typeof transcriptFingerprintedSchema>;
export type SignedReading = TranscriptFingerprinted['readings'][number];

/** As immutable as core's types are: they fit without a copy. */
type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;

/** What {@link encodeTranscriptFingerprinted} takes: core's readings and signatures are of this shape already. */
export type FingerprintedToSend = Immutable<TranscriptFingerprinted>;

/** @returns the value of the record, as text. */
export function encodeTranscriptFingerprinted(message: FingerprintedToSend): string {
  return JSON.stringify(message);
}
