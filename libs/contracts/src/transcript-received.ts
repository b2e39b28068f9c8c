import { z } from 'zod';
import { hostContextSchema } from './host-context';
import { timeMsTextSchema } from './time-ms';

/**
 * Topic `oopstream.transcript.received.v1`. Value: the decompressed transcript, byte for byte, or empty when the body
 * lies in the blob store (`blob` set). Everything else travels in record headers.
 */
export interface TranscriptReceived {
  /** One for each accepted POST part: a second send of the same transcript is another receipt of it. ULID. */
  readonly receiptId: string;
  readonly tenant: string;
  /** Hash of tenant, host and Idempotency-Key, or of tenant, host and bytes. 32 hex digits. */
  readonly transcriptId: string;
  /** Shared by the parts of one POST, also when it is sent again. 26 characters; `null` when the POST had one text. */
  readonly bundleId: string | null;
  /** Identity of the host: machine-id where known, else the name it was sent under. */
  readonly hostId: string;
  readonly receivedAtMs: number;
  /** SHA-256 of the decompressed bytes, hex: checked again by every stage that touches them. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly context: z.infer<typeof hostContextSchema>;
  /** Blob key where the body was too large for a record. */
  readonly blob: string | null;
  /** W3C trace context of the POST. */
  readonly traceparent: string | null;
}

const headersSchema = z.object({
  'oopstream-version': z.literal('1'),
  'receipt-id': z.string().length(26),
  tenant: z.string().min(1).max(64),
  'transcript-id': z.string().regex(/^[0-9a-f]{32}$/),
  'bundle-id': z.string().length(26).optional(),
  'host-id': z.string().min(1).max(253),
  'received-at-ms': timeMsTextSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  'size-bytes': z.string().regex(/^\d{1,12}$/),
  context: z.string(),
  blob: z.string().optional(),
  traceparent: z.string().optional(),
});

/** @returns the record headers for a receipt. */
export function encodeTranscriptReceived(receipt: TranscriptReceived): Record<string, string> {
  return {
    'oopstream-version': '1',
    'receipt-id': receipt.receiptId,
    tenant: receipt.tenant,
    'transcript-id': receipt.transcriptId,
    ...(receipt.bundleId !== null && { 'bundle-id': receipt.bundleId }),
    'host-id': receipt.hostId,
    'received-at-ms': String(receipt.receivedAtMs),
    sha256: receipt.sha256,
    'size-bytes': String(receipt.sizeBytes),
    context: JSON.stringify(receipt.context),
    ...(receipt.blob !== null && { blob: receipt.blob }),
    ...(receipt.traceparent !== null && { traceparent: receipt.traceparent }),
  };
}

/** @throws ZodError or SyntaxError: such a record is poison. */
export function decodeTranscriptReceived(headers: Readonly<Record<string, string>>): TranscriptReceived {
  const h = headersSchema.parse(headers);
  return {
    receiptId: h['receipt-id'],
    tenant: h.tenant,
    transcriptId: h['transcript-id'],
    bundleId: h['bundle-id'] ?? null,
    hostId: h['host-id'],
    receivedAtMs: Number(h['received-at-ms']),
    sha256: h.sha256,
    sizeBytes: Number(h['size-bytes']),
    context: hostContextSchema.parse(JSON.parse(h.context)),
    blob: h.blob ?? null,
    traceparent: h.traceparent ?? null,
  };
}

/** Key of every record up to dedup: one host's transcripts stay in order. */
export function hostKey(tenant: string, hostId: string): string {
  return `${tenant}/${hostId}`;
}
