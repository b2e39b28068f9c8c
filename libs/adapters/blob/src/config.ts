import { flag, secret } from '@oopstream/runtime';
import { z } from 'zod';

const MIB = 1_048_576;

/** Section `blob`: where transcript bodies lie. */
export const blobConfigSchema = z.object({
  backend: z
    .enum(['disk', 's3'])
    .default('disk')
    .describe(
      '`disk`: one machine, or a file system that all replicas share; `s3`: anything that speaks S3.',
    ),
  dir: z.string().min(1).default('.local/blobs').describe('Directory of the disk backend.'),
  endpoint: z.url().optional().describe('URL of the S3 server; AWS when not given.'),
  region: z.string().min(1).default('us-east-1').describe('S3 region.'),
  bucket: z.string().min(3).max(63).default('oopstream').describe('S3 bucket.'),
  prefix: z.string().max(200).default('').describe('Put before every S3 key, such as `transcripts/`.'),
  pathStyle: flag()
    .default(true)
    .describe('Bucket in the path, not in the host name: what most servers but AWS want.'),
  createBucket: flag().default(false).describe('Creates the bucket at start when it is missing.'),
  accessKeyId: z
    .string()
    .min(1)
    .optional()
    .describe(
      'S3 access key; without keys the SDK’s own chain is asked (instance role, web identity, profile).',
    ),
  secretAccessKey: secret().optional().describe('S3 secret key.'),
  maxConcurrent: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(16)
    .describe('Most operations at once; further ones wait.'),
  maxBlobBytes: z.coerce
    .number()
    .int()
    .min(1)
    .default(256 * MIB)
    .describe('Largest body given out, decompressed; a larger one counts as `blob-corrupt`.'),
  zstdLevel: z.coerce
    .number()
    .int()
    .min(1)
    .max(19)
    .default(3)
    .describe('zstd level at rest; a body that hardly shrinks is stored as it is.'),
  requestTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(15_000)
    .describe('Longest attempt of one S3 request.'),
  maxAttempts: z.coerce
    .number()
    .int()
    .min(1)
    .max(10)
    .default(3)
    .describe('Attempts of one S3 request before it counts as `blob-unavailable`.'),
});

export type BlobConfig = Readonly<z.infer<typeof blobConfigSchema>>;
