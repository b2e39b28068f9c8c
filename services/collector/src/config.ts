import { z } from 'zod';

const KIB = 1024;
const MIB = 1024 * KIB;
const bytes = (min: number, max: number, standard: number) =>
  z.coerce.number().int().min(min).max(max).default(standard);
const milliseconds = (standard: number) => z.coerce.number().int().min(1).max(600_000).default(standard);

/** Section `collector`. docs/ingest.md explains every limit to senders. */
export const collectorConfigSchema = z.object({
  host: z.string().default('0.0.0.0').describe('Address to listen on.'),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8081)
    .describe('Port to listen on; 0 takes a free one.'),
  maxBodyBytes: bytes(KIB, 256 * MIB, 16 * MIB).describe(
    'Largest body of one POST, as it comes over the wire.',
  ),
  maxTranscriptBytes: bytes(KIB, 256 * MIB, 32 * MIB).describe('Largest text, decompressed.'),
  maxRequestBytes: bytes(KIB, 512 * MIB, 64 * MIB).describe('Largest sum of one POST’s texts, decompressed.'),
  maxParts: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(16)
    .describe('Most parts of one multipart body, the JSON part included.'),
  maxContextBytes: bytes(64, 64 * KIB, 8 * KIB).describe(
    'Largest JSON of the host context, in the header or in a part.',
  ),
  maxHeaderBytes: bytes(4 * KIB, 128 * KIB, 32 * KIB).describe('Most bytes of header lines in one request.'),
  requestTimeoutMs: milliseconds(30_000).describe('Longest time until the whole body has arrived.'),
  appendTimeoutMs: milliseconds(15_000).describe(
    'Longest wait for the log to confirm; then the sender is asked to come again.',
  ),
  maxMemoryBytes: bytes(MIB, 16_384 * MIB, 256 * MIB).describe(
    'Most bytes of bodies held by all requests together; above it 503 `overloaded`.',
  ),
  inlineBytes: bytes(KIB, 900_000, 768 * KIB).describe(
    'Largest text carried in the log itself; a larger one goes to the blob store first.',
  ),
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(1_000_000)
    .default(100)
    .describe('POSTs a second of one token, long-term.'),
  rateBurst: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('POSTs of one token that may come at once.'),
  retryAfterMs: milliseconds(5_000).describe('Time that a 503 tells senders to wait.'),
  maxDrainBytes: bytes(0, 256 * MIB, 4 * MIB).describe(
    'Most bytes of a refused body that are still read, so that the sender gets to see the answer.',
  ),
  drainTimeoutMs: milliseconds(5_000).describe('Longest time spent on reading the rest of a refused body.'),
});

export type CollectorConfig = Readonly<z.infer<typeof collectorConfigSchema>>;
