import { z } from 'zod';

const KIB = 1024;
const MIB = 1024 * KIB;
const bytes = (min: number, max: number, standard: number) =>
  z.coerce.number().int().min(min).max(max).default(standard);
const milliseconds = (standard: number) => z.coerce.number().int().min(1).max(600_000).default(standard);

/** Section `collector`. docs/ingest.md explains every limit to senders. */
export const collectorConfigSchema = z.object({
  host: z.string().default('0.0.0.0'),
  /** 0 takes a free port. */
  port: z.coerce.number().int().min(0).max(65535).default(8081),
  /** Body of one POST as it comes over the wire. */
  maxBodyBytes: bytes(KIB, 256 * MIB, 16 * MIB),
  /** One text, decompressed. */
  maxTranscriptBytes: bytes(KIB, 256 * MIB, 32 * MIB),
  /** All of one POST, decompressed. */
  maxRequestBytes: bytes(KIB, 512 * MIB, 64 * MIB),
  /** Parts of one multipart body, the JSON part included. */
  maxParts: z.coerce.number().int().min(1).max(256).default(16),
  /** JSON of the host context, in the header or in a part. */
  maxContextBytes: bytes(64, 64 * KIB, 8 * KIB),
  /** All header lines of one request. */
  maxHeaderBytes: bytes(4 * KIB, 128 * KIB, 32 * KIB),
  /** Until the whole body has arrived. */
  requestTimeoutMs: milliseconds(30_000),
  /** Until the log has confirmed; then the sender is asked to come again. */
  appendTimeoutMs: milliseconds(15_000),
  /** Bodies held in memory by all requests together: above it, 503 `overloaded`. */
  maxMemoryBytes: bytes(MIB, 16_384 * MIB, 256 * MIB),
  /** A larger text goes to the blob store first, and to the log by reference. */
  inlineBytes: bytes(KIB, 900_000, 768 * KIB),
  /** POSTs of one token, long-term. */
  ratePerSecond: z.coerce.number().positive().max(1_000_000).default(100),
  /** POSTs of one token that may come at once. */
  rateBurst: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
  /** What a 503 tells senders to wait. */
  retryAfterMs: milliseconds(5_000),
  /** After a refusal, what is still read of the body so that the sender gets to see the answer. */
  maxDrainBytes: bytes(0, 256 * MIB, 4 * MIB),
  drainTimeoutMs: milliseconds(5_000),
});

export type CollectorConfig = Readonly<z.infer<typeof collectorConfigSchema>>;
