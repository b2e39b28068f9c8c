import { flag, secret } from '@oopstream/runtime';
import { z } from 'zod';

const MIB = 1_048_576;

/** Section `blob`: where transcript bodies lie. */
export const blobConfigSchema = z.object({
  /** `disk`: one machine, or a file system that all replicas share. `s3`: anything that speaks S3. */
  backend: z.enum(['disk', 's3']).default('disk'),
  /** Directory of the disk backend. */
  dir: z.string().min(1).default('.local/blobs'),
  /** URL of the S3 server; AWS when not given. */
  endpoint: z.url().optional(),
  region: z.string().min(1).default('us-east-1'),
  bucket: z.string().min(3).max(63).default('oopstream'),
  /** Put before every key, for instance `transcripts/`. */
  prefix: z.string().max(200).default(''),
  /** Bucket in the path, not in the host name: what most servers but AWS want. */
  pathStyle: flag().default(true),
  /** Creates the bucket at start when it is missing. */
  createBucket: flag().default(false),
  /** Without keys the SDK's own chain is asked (instance role, web identity, profile). */
  accessKeyId: z.string().min(1).optional(),
  secretAccessKey: secret().optional(),
  /** Operations that run at once; further ones wait. */
  maxConcurrent: z.coerce.number().int().min(1).max(1024).default(16),
  /** Largest body given out, decompressed; a larger one counts as `blob-corrupt`. */
  maxBlobBytes: z.coerce
    .number()
    .int()
    .min(1)
    .default(256 * MIB),
  /** zstd level at rest; a body that hardly shrinks is stored as it is. */
  zstdLevel: z.coerce.number().int().min(1).max(19).default(3),
  /** One attempt of one S3 request, milliseconds. */
  requestTimeoutMs: z.coerce.number().int().min(100).max(600_000).default(15_000),
  /** Attempts of one S3 request before it counts as `blob-unavailable`. */
  maxAttempts: z.coerce.number().int().min(1).max(10).default(3),
});

export type BlobConfig = Readonly<z.infer<typeof blobConfigSchema>>;
