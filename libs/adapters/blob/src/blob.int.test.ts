import { hash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { blobKey } from '@oopstream/ports';
import { blobStoreConformance } from '@oopstream/ports/conformance';
import { Secret, createLogger } from '@oopstream/runtime';
import { s3Url, until } from '@oopstream/testkit';
import { blobConfigSchema } from './config';
import type { BlobConfig } from './config';
import { openS3BlobStore } from './s3-blob-store';

const logger = createLogger({ service: 'test', level: 'error' });
const nowMs = () => Date.now();
const keyOf = (bytes: Uint8Array) => blobKey('default', hash('sha256', bytes));
const freshBucket = () => `test-${randomBytes(6).toString('hex')}`;

function configFor(bucket: string): BlobConfig {
  const url = new URL(s3Url());
  return blobConfigSchema.parse({
    backend: 's3',
    endpoint: url.origin,
    bucket,
    prefix: 'transcripts/',
    createBucket: 'true',
    accessKeyId: url.username,
    secretAccessKey: url.password,
  });
}

function rawClient(): S3Client {
  const url = new URL(s3Url());
  return new S3Client({
    endpoint: url.origin,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: url.username, secretAccessKey: url.password },
  });
}

blobStoreConformance('S3', async () => {
  const config = configFor(freshBucket());
  const store = await openS3BlobStore(config, { logger, nowMs });
  const raw = rawClient();
  return {
    store,
    age: async () => {
      // Its times are those of a server, in whole seconds.
      const sinceMs = (Math.floor(nowMs() / 1000) + 1) * 1000;
      await until(() => nowMs() > sinceMs + 1000);
      const anHourAhead = { logger, nowMs: () => nowMs() + 3_600_000 };
      return { store: await openS3BlobStore(config, anHourAhead), sinceMs };
    },
    reopen: () => openS3BlobStore(config, { logger, nowMs }),
    spoil: async (key) => {
      const place = { Bucket: config.bucket, Key: `transcripts/${key}` };
      const object = await raw.send(new GetObjectCommand(place));
      const bytes = await object.Body!.transformToByteArray();
      bytes[bytes.length >> 1]! ^= 0xff;
      await raw.send(
        new PutObjectCommand({ ...place, Body: bytes, ContentEncoding: object.ContentEncoding }),
      );
    },
    close: async () => {
      raw.destroy();
      await store.close();
    },
  };
});

describe('S3 blob store', () => {
  const text = Buffer.from('Call Trace:\n'.repeat(500));

  it('writes an object once, compressed, and not again within a minute', async () => {
    const config = configFor(freshBucket());
    const store = await openS3BlobStore(config, { logger, nowMs });
    const raw = rawClient();
    const head = () =>
      raw.send(new HeadObjectCommand({ Bucket: config.bucket, Key: `transcripts/${keyOf(text)}` }));
    await store.put(keyOf(text), text);
    const first = await head();
    await store.put(keyOf(text), text);
    expect((await head()).LastModified).toEqual(first.LastModified);
    expect(first.ContentEncoding).toBe('zstd');
    expect(first.ContentLength).toBeLessThan(text.length / 10);
    raw.destroy();
    await store.close();
  });

  it('opens on a bucket that is there already', async () => {
    const bucket = freshBucket();
    const raw = rawClient();
    await raw.send(new CreateBucketCommand({ Bucket: bucket }));
    const store = await openS3BlobStore(configFor(bucket), { logger, nowMs });
    expect(await store.has(keyOf(text))).toBe(false);
    raw.destroy();
    await store.close();
  });

  const unavailable = { reason: 'blob-unavailable', retryable: true };

  it.each([
    ['the bucket is missing', (config: BlobConfig) => ({ ...config, createBucket: false })],
    [
      'the key is wrong',
      (config: BlobConfig) => ({ ...config, createBucket: false, secretAccessKey: new Secret('wrong') }),
    ],
    [
      'nobody listens',
      (config: BlobConfig) => ({
        ...config,
        createBucket: false,
        endpoint: 'http://127.0.0.1:1',
        maxAttempts: 1,
      }),
    ],
  ])('says blob-unavailable, never "no such blob", when %s', async (_what, change) => {
    const store = await openS3BlobStore(change(configFor(freshBucket())), { logger, nowMs });
    await expect(store.put(keyOf(text), text)).rejects.toMatchObject(unavailable);
    await expect(store.get(keyOf(text))).rejects.toMatchObject(unavailable);
    await expect(store.has(keyOf(text))).rejects.toMatchObject(unavailable);
    await store.close();
  });

  it('gives up on a server that accepts and never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const store = await openS3BlobStore(
      {
        ...configFor(freshBucket()),
        createBucket: false,
        endpoint: `http://127.0.0.1:${port}`,
        requestTimeoutMs: 200,
        maxAttempts: 1,
      },
      { logger, nowMs },
    );
    await expect(store.get(keyOf(text))).rejects.toMatchObject(unavailable);
    await store.close();
    silent.closeAllConnections();
    silent.close();
  });
});
