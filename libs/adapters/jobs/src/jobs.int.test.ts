import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@oopstream/local-servers';
import { systemClock } from '@oopstream/ports';
import { jobQueueConformance, KEEP_COMPLETED_MS } from '@oopstream/ports/conformance';
import type { JobsUnderTest, TestPayload } from '@oopstream/ports/conformance';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase, redisUrl, until } from '@oopstream/testkit';
import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import type { BackendClasses, IQueueBackend } from 'bullmq';
import { jobsConfigSchema } from './config';
import type { Jobs } from './job-bench';
import { trackSockets } from './open-sockets';
import { createPostgresJobs } from './postgres-jobs';
import { createRedisJobs } from './redis-jobs';

const QUEUE = 'conformance';
const logger = createLogger({ service: 'test', level: 'silent' });
const config = (more: Record<string, string> = {}) =>
  jobsConfigSchema.parse({
    lockMs: '1000',
    stalledCheckMs: '300',
    backOffMs: '50',
    keepCompletedMs: String(KEEP_COMPLETED_MS),
    ...more,
  });

async function underTest(jobs: Jobs, takeAndDie: () => Promise<void>, close: () => Promise<void>) {
  return {
    queue: await jobs.openQueue<TestPayload>(QUEUE),
    source: jobs.source<TestPayload>(QUEUE),
    takeAndDie,
    close,
  } satisfies JobsUnderTest;
}

/** A worker of a process that dies in the middle of a job: it renews no lock and says no word to the server. */
async function dieHolding<B extends IQueueBackend, C>(
  classes: BackendClasses<B, C>,
  connection: C,
  prefix: string,
): Promise<void> {
  let taken: () => void = () => undefined;
  const holds = new Promise<void>((resolve) => (taken = resolve));
  const worker = new classes.Worker(
    QUEUE,
    () => {
      taken();
      return new Promise(() => undefined);
    },
    { connection, prefix, lockDuration: 1_000, stalledInterval: 300 },
  );
  worker.on('error', () => undefined);
  await holds;
  await worker.close(true);
}

jobQueueConformance('BullMQ on Redis', async () => {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const jobs = createRedisJobs({ config: config({ prefix }), url: redisUrl(), logger, clock: systemClock });
  const connection = { url: redisUrl(), maxRetriesPerRequest: null };
  return underTest(
    jobs,
    () => dieHolding(withBackend(createRedisBackend), connection, prefix),
    () => Promise.resolve(),
  );
});

const template = {
  template: 'adapter_jobs',
  prepare: async (connectionString: string) => {
    const jobs = createPostgresJobs({ config: config(), connectionString, logger, clock: systemClock });
    await (await jobs.openQueue(QUEUE)).close();
  },
};

jobQueueConformance('BullMQ on PostgreSQL', async () => {
  const database = await freshDatabase(template);
  const { connectionString } = database;
  const jobs = createPostgresJobs({ config: config(), connectionString, logger, clock: systemClock });
  const sockets = trackSockets();
  const connection = { connectionString, schema: config().schema, max: 2, stream: sockets.create };
  return underTest(
    jobs,
    async () => {
      await dieHolding(withBackend(createPostgresBackend), connection, 'unused');
      await sockets.gone();
    },
    async () => {
      expect(await database.connections()).toBe(0);
      await database.drop();
    },
  );
});

describe('a server that is away', () => {
  const short = config({ timeoutMs: '1000' });
  const away: readonly [string, Jobs][] = [
    ['Redis', createRedisJobs({ config: short, url: 'redis://127.0.0.1:1', logger, clock: systemClock })],
    [
      'PostgreSQL',
      createPostgresJobs({
        config: short,
        connectionString: 'postgres://nobody@127.0.0.1:1/none',
        logger,
        clock: systemClock,
      }),
    ],
  ];

  it.each(away)('%s: opening a queue or a worker says so in time', async (_, jobs) => {
    const unavailable = { reason: 'jobs-unavailable', retryable: true };
    await expect(jobs.openQueue(QUEUE)).rejects.toMatchObject(unavailable);
    const worker = jobs.source(QUEUE).work({ concurrency: 1, onJob: () => Promise.resolve({ done: true }) });
    await expect(worker).rejects.toMatchObject(unavailable);
  });

  it('Redis stops and comes back: enqueuing says so, the worker recovers by itself', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'oopstream-jobs-'));
    const first = await startRedis({ dir });
    const jobs = createRedisJobs({ config: short, url: first.url, logger, clock: systemClock });
    const queue = await jobs.openQueue<TestPayload>(QUEUE);
    const seen: string[] = [];
    const worker = await jobs.source<TestPayload>(QUEUE).work({
      concurrency: 1,
      onJob: ({ id }) => {
        seen.push(id);
        return Promise.resolve({ done: true });
      },
    });
    await first.kill();
    await until(() => worker.health().state === 'recovering', { what: 'the worker to notice' });
    const lost = queue.enqueue([{ id: 'lost', payload: { n: 1, text: '' }, delayMs: 0 }]);
    await expect(lost).rejects.toMatchObject({ reason: 'jobs-unavailable' });
    const second = await startRedis({ dir, port: first.port });
    await until(() => worker.health().state === 'running', { what: 'the worker to recover' });
    await until(
      async () => {
        await queue.enqueue([{ id: 'found', payload: { n: 1, text: '' }, delayMs: 0 }]);
        return seen.includes('found');
      },
      { what: 'a job of the new server to run' },
    );
    await worker.close();
    await queue.close();
    await second.stop();
    rmSync(dir, { recursive: true });
  }, 30_000);
});
