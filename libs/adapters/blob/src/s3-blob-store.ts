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

/** One that was put so lately counts as put now: repeats that come together write nothing, and no further version. */
const FRESH_MS = 60_000;

/**
 * Blobs as objects `<prefix><tenant>/<sha256>`, with `Content-Encoding: zstd` where compressed. An object is written
 * once (`If-None-Match: *`), and again when it is put later than a minute after, so that its `Last-Modified` says who still
 * needs it.
 *
 * Credentials need `s3:ListBucket` as well: without it S3 says 403, not 404, of what is not there. Deleting, which only
 * dedup does, takes `s3:DeleteObject`.
 */
export async function openS3BlobStore(
  config: BlobConfig,
  deps: { readonly logger: Logger; readonly nowMs: () => number },
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
      return limit(async () => {
        const body = await encodeBody(bytes, config.zstdLevel);
        if (await write(client, place, body, '*')) return;
        const putAtMs = await readPutTime(client, place);
        if (putAtMs === null || deps.nowMs() - putAtMs > FRESH_MS)
          await write(client, place, body, undefined);
      });
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
      return limit(async () => (await readPutTime(client, place)) !== null);
    },
    // S3 has no deletion that depends on time: a put between both requests, milliseconds, is deleted with the old one.
    deleteUntouched: async (key, beforeMs) => {
      const place = locate(key);
      return limit(async () => {
        const putAtMs = await readPutTime(client, place);
        if (putAtMs === null) return true;
        if (putAtMs >= beforeMs) return false;
        await remove(client, place);
        return true;
      });
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

/** @returns `false` where there is one already and the condition forbids another */
async function write(
  client: S3Client,
  place: Place,
  body: StoredBody,
  ifNoneMatch: '*' | undefined,
): Promise<boolean> {
  try {
    await client.send(
      new PutObjectCommand({
        ...place,
        Body: body.bytes,
        ContentLength: body.bytes.byteLength,
        ContentType: 'application/octet-stream',
        ...(ifNoneMatch !== undefined && { IfNoneMatch: ifNoneMatch }),
        ...(body.zstd && { ContentEncoding: 'zstd' }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === PRECONDITION_FAILED)
      return false;
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

/**
 * HEAD has no body, so that a missing bucket looks like a missing object: ask which of both it is.
 * @returns when the object was last written, by the server's clock; `null`: there is none
 */
async function readPutTime(client: S3Client, place: Place): Promise<number | null> {
  try {
    const { LastModified } = await client.send(new HeadObjectCommand(place));
    // A server that does not say keeps it: an object of no known age is never deleted, nor written again.
    return LastModified?.getTime() ?? Infinity;
  } catch (error) {
    if (!(error instanceof NotFound)) throw unavailable(error);
  }
  try {
    await client.send(new HeadBucketCommand({ Bucket: place.Bucket }));
    return null;
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
