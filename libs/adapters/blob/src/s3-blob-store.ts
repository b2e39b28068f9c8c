import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { RetryableError, parseBlobKey } from '@oopstream/ports';
import type { BlobStore } from '@oopstream/ports';
import { limitConcurrency } from '@oopstream/runtime';
import type { Logger } from '@oopstream/runtime';
import { decodeBody, encodeBody } from './body-codec';
import type { StoredBody } from './body-codec';
import type { BlobConfig } from './config';

const PRECONDITION_FAILED = 412;

/**
 * Blobs as objects `<prefix><tenant>/<sha256>`, with `Content-Encoding: zstd` where compressed. An object is written
 * once (`If-None-Match: *`), so that versioned buckets do not grow by repeats.
 *
 * Credentials need `s3:ListBucket` as well: without it S3 says 403, not 404, of what is not there. Deleting, which only
 * dedup does, takes `s3:DeleteObject`.
 */
export async function openS3BlobStore(
  config: BlobConfig,
  deps: { readonly logger: Logger },
): Promise<BlobStore> {
  const client = new S3Client(clientConfig(config));
  if (config.createBucket) await createBucket(client, config.bucket, deps.logger);
  const limit = limitConcurrency(config.maxConcurrent);
  const locate = (key: string) => {
    parseBlobKey(key);
    return { Bucket: config.bucket, Key: `${config.prefix}${key}` };
  };
  return {
    put: async (key, bytes) => {
      const place = locate(key);
      return limit(async () => putOnce(client, place, await encodeBody(bytes, config.zstdLevel)));
    },
    get: async (key) => {
      const place = locate(key);
      return limit(async () => {
        const stored = await read(client, place);
        return stored && decodeBody(stored, parseBlobKey(key).sha256, config.maxBlobBytes);
      });
    },
    has: async (key) => {
      const place = locate(key);
      return limit(() => exists(client, place));
    },
    delete: async (key) => {
      const place = locate(key);
      return limit(() => remove(client, place));
    },
    close: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

function clientConfig(config: BlobConfig): S3ClientConfig {
  const { accessKeyId, secretAccessKey } = config;
  return {
    region: config.region,
    forcePathStyle: config.pathStyle,
    maxAttempts: config.maxAttempts,
    requestHandler: {
      requestTimeout: config.requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: config.requestTimeoutMs,
      httpAgent: { maxSockets: config.maxConcurrent },
      httpsAgent: { maxSockets: config.maxConcurrent },
    },
    ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey: secretAccessKey.reveal() },
      }),
  };
}

async function createBucket(client: S3Client, bucket: string, logger: Logger): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof NotFound)) throw unavailable(error);
    await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    logger.info({ bucket }, 'bucket created');
  }
}

async function putOnce(client: S3Client, place: Place, body: StoredBody): Promise<void> {
  try {
    await client.send(
      new PutObjectCommand({
        ...place,
        Body: body.bytes,
        ContentLength: body.bytes.byteLength,
        ContentType: 'application/octet-stream',
        IfNoneMatch: '*',
        ...(body.zstd && { ContentEncoding: 'zstd' }),
      }),
    );
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === PRECONDITION_FAILED) return;
    throw unavailable(error);
  }
}

async function read(client: S3Client, place: Place): Promise<StoredBody | null> {
  try {
    const object = await client.send(new GetObjectCommand(place));
    const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
    return { bytes, zstd: object.ContentEncoding === 'zstd' };
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw unavailable(error);
  }
}

/** S3 says 204 of what is not there, too. */
async function remove(client: S3Client, place: Place): Promise<void> {
  try {
    await client.send(new DeleteObjectCommand(place));
  } catch (error) {
    throw unavailable(error);
  }
}

/** HEAD has no body, so that a missing bucket looks like a missing object: ask which of both it is. */
async function exists(client: S3Client, place: Place): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand(place));
    return true;
  } catch (error) {
    if (!(error instanceof NotFound)) throw unavailable(error);
  }
  try {
    await client.send(new HeadBucketCommand({ Bucket: place.Bucket }));
    return false;
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): RetryableError {
  const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new RetryableError('blob-unavailable', `the object store does not answer as it should: ${what}`, {
    cause,
  });
}
