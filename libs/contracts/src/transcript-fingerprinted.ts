import { z } from 'zod';
import { hostContextSchema } from './host-context';

const span = z.object({ start: z.int().min(0), end: z.int().min(0) });
const arch = z.enum(['x86_64', 'i386', 'arm64', 'arm', 'powerpc', 's390x', 'riscv', 'mips', 'loongarch']);

const frame = z.object({
  function: z.string(),
  offset: z.number().nullable(),
  size: z.number().nullable(),
  module: z.string().nullable(),
  reliable: z.boolean(),
  inline: z.boolean(),
  source: z.string().nullable(),
  address: z.string().nullable(),
  span,
});

/** A reading as it travels; see core's `Reading`. */
export const readingSchema = z
  .object({
    format: z.enum(['console', 'crash8']),
    span,
    kind: z.string(),
    headline: z.string().nullable(),
    exception: z.string().nullable(),
    fault: z
      .object({
        function: z.string(),
        offset: z.number().nullable(),
        module: z.string().nullable(),
        address: z.string().nullable(),
        ofCrash: z.boolean(),
      })
      .nullable(),
    frames: z.array(frame),
    mentions: z.object({
      header: z.array(z.string()),
      lockSites: z.array(z.string()),
      workFunction: z.string().nullable(),
    }),
    damage: z
      .enum(['torn', 'truncated', 'header-lost', 'trace-lost', 'other-report-between', 'aftermath-only'])
      .nullable(),
    fatal: z.boolean(),
    panicked: z.boolean(),
    kernelRelease: z.string().nullable(),
    arch: arch.nullable(),
    comm: z.string().nullable(),
    pid: z.number().nullable(),
    cpu: z.number().nullable(),
    taint: z.string().nullable(),
    hardware: z.string().nullable(),
    uptimeSeconds: z.number().nullable(),
    occurredAtMs: z.number().nullable(),
    bootId: z.string().nullable(),
  })
  .meta({
    id: 'Reading',
    description: 'What one algorithm version understood at one place of a transcript.',
  });

/** The keys of a reading as they travel; see core's `Signature`. */
export const signatureSchema = z
  .object({
    algorithmVersion: z.int().min(1),
    title: z.string(),
    exactKey: z.string(),
    groupKey: z.string(),
    groupText: z.string(),
    looseKey: z.string(),
    family: z.string(),
    blamed: z.string().nullable(),
    entry: z.string().nullable(),
  })
  .meta({ id: 'Signature', description: 'The identity of a crash as one algorithm version sees it.' });

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
  receivedAtMs: z.int(),
  processedAtMs: z.int(),
  sha256: z.string(),
  sizeBytes: z.int().min(0),
  readings: z.array(z.object({ reading: readingSchema, signature: signatureSchema })),
  omittedReadings: z.int().min(0),
  traceparent: z.string().nullable(),
});

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
