import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  blobSections,
  eventLogSections,
  limiterSections,
  openBlobs,
  openEventLog,
  openPostgres,
  openRateLimiter,
  openStores,
  postgresSection,
} from '@oopstream/backends';
import { TOPICS, acceptedSchema, decodeTranscriptReceived } from '@oopstream/contracts';
import { systemClock } from '@oopstream/ports';
import type { LogRecord } from '@oopstream/ports';
import { createAuthenticator, createLogger, loadConfig, mintToken, noMetrics } from '@oopstream/runtime';
import { freshDatabase, until } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { readAnswer } from './collector-bench';
import { collectorConfigSchema } from './config';
import { startCollector } from './start-collector';

const context = {
  logger: createLogger({ service: 'collector', level: 'error' }),
  metrics: noMetrics,
  clock: systemClock,
};
const sections = {
  collector: collectorConfigSchema,
  postgres: postgresSection,
  ...eventLogSections,
  ...blobSections,
  ...limiterSections,
};
const TENANT = 'default';

/** One replica, with connections of its own. */
async function startReplica(url: string, dir: string) {
  const config = loadConfig(sections, {
    OOPSTREAM_POSTGRES_URL: url,
    OOPSTREAM_BLOB_DIR: dir,
    OOPSTREAM_COLLECTOR_HOST: '127.0.0.1',
    OOPSTREAM_COLLECTOR_PORT: '0',
    OOPSTREAM_COLLECTOR_INLINE_BYTES: '2048',
    OOPSTREAM_COLLECTOR_RATE_PER_SECOND: '1',
    OOPSTREAM_COLLECTOR_RATE_BURST: '60',
  });
  const postgres = openPostgres(config.postgres, context);
  const stores = openStores(postgres);
  const log = openEventLog(config, context, postgres);
  const blobs = await openBlobs(config, context);
  const limiter = openRateLimiter(config, context);
  await stores.migrate();
  await log.admin.migrate([TOPICS.transcriptReceived]);
  const { tokens, idempotency } = stores;
  const authenticator = createAuthenticator({ tokens, clock: systemClock }, { ttlMs: 1 });
  const deps = {
    ...context,
    config: config.collector,
    authenticator,
    idempotency,
    limiter,
    blobs,
    log: log.writer,
  };
  const collector = await startCollector(deps);
  const close = async () => {
    await collector.stop();
    for (const one of [log, limiter, blobs, postgres]) await one.close();
  };
  return { url: collector.url, stores, log, blobs, close };
}

describe('two collectors on PostgreSQL', () => {
  let database: FreshDatabase;
  let dir: string;
  let replicas: Awaited<ReturnType<typeof startReplica>>[];
  let token: ReturnType<typeof mintToken>;

  beforeEach(async () => {
    database = await freshDatabase();
    dir = await mkdtemp(join(tmpdir(), 'oopstream-collector-'));
    const first = await startReplica(database.connectionString, dir);
    replicas = [first, await startReplica(database.connectionString, dir)];
    token = mintToken();
    const grant = { tenant: TENANT, label: 'agent', scopes: ['ingest'] as const, boundHost: null };
    await first.stores.tokens.create({ ...grant, secretHash: token.secretHash }, token.id, 0);
  });
  afterEach(async () => {
    for (const replica of replicas) await replica.close();
    await database.drop();
    await rm(dir, { recursive: true });
  });

  const send = async (replica: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
    readAnswer(
      await fetch(`${replicas[replica]!.url}/v1/transcripts?host=web-1`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token.token}`, ...headers },
        body,
      }),
    );
  const readLog = async (count: number): Promise<readonly LogRecord[]> => {
    const records: LogRecord[] = [];
    const subscription = await replicas[0]!.log.reader.subscribe({
      group: 'test',
      topics: [TOPICS.transcriptReceived.name],
      maxBatchRecords: 100,
      maxBatchBytes: 1_000_000,
      onBatch: (batch) => Promise.resolve(void records.push(...batch)),
    });
    await until(() => records.length >= count);
    await subscription.close();
    return records;
  };

  it('have in the log what they answered 202 for, each text under one id', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => send(index % 2, `Oops ${index >> 1}`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
    const records = await readLog(40);
    const idsInLog = records.map((record) => decodeTranscriptReceived(record.headers).transcriptId);
    const idsAnswered = answers.map((answer) => acceptedSchema.parse(answer.body).transcripts[0]!.id);
    expect([...idsInLog].sort()).toEqual([...idsAnswered].sort());
    expect(new Set(idsInLog).size).toBe(20);
    expect(new Set(records.map((record) => decodeTranscriptReceived(record.headers).receiptId)).size).toBe(
      40,
    );
  });

  it('put a large body into the blob store before they say that it is there', async () => {
    const body = 'Call Trace:\n'.repeat(500);
    expect((await send(0, body)).status).toBe(202);
    const [record] = await readLog(1);
    const { blob } = decodeTranscriptReceived(record!.headers);
    expect(record!.value).toHaveLength(0);
    expect(Buffer.from((await replicas[1]!.blobs.get(blob!)) ?? []).toString()).toBe(body);
  });

  it('agree on what an Idempotency-Key stands for', async () => {
    const key = { 'idempotency-key': 'boot-17' };
    expect((await send(0, 'one', key)).status).toBe(202);
    expect((await send(1, 'two', key)).reason).toBe('idempotency-key-reused');
    expect((await send(1, 'one', key)).status).toBe(202);
  });

  it('refuse a token once it is revoked', async () => {
    expect((await send(1, 'Oops')).status).toBe(202);
    await replicas[0]!.stores.tokens.revoke(TENANT, token.id, 1);
    await until(async () => (await send(1, 'Oops')).reason === 'token-unknown');
  });

  it('limit the POSTs of a token', async () => {
    const answers = await Promise.all(Array.from({ length: 70 }, () => send(0, 'Oops')));
    const limited = answers.filter((answer) => answer.reason === 'rate-limited');
    expect(limited.length).toBeGreaterThan(0);
    expect(answers.length - limited.length).toBeGreaterThanOrEqual(60);
    expect(Number(limited[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
