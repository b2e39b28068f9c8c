import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresJobs, createRedisJobs, jobsConfigSchema } from '@oopstream/adapter-jobs';
import type { Jobs } from '@oopstream/adapter-jobs';
import { createWebhookSender, webhookConfigSchema } from '@oopstream/adapter-webhook';
import { ALERT_QUEUE } from '@oopstream/contracts';
import type { AlertJob } from '@oopstream/contracts';
import { startRedis } from '@oopstream/local-servers';
import { systemClock } from '@oopstream/ports';
import { MemoryDeliveryStore } from '@oopstream/ports/fakes';
import { createLogger, noMetrics } from '@oopstream/runtime';
import { freshDatabase, redisUrl, until } from '@oopstream/testkit';
import { Webhook } from 'standardwebhooks';
import { DELIVERY_ID, alertJob, outboxRow } from './alert-bench';
import { alertConfigSchema } from './config';
import { startAlertWorker } from './start-alert-worker';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const logger = createLogger({ service: 'test', level: 'silent' });
const jobsDeps = {
  config: jobsConfigSchema.parse({ prefix: `alert-${process.pid}`, timeoutMs: '1000' }),
  logger,
  clock: systemClock,
};

let server: Server;
let received: { headers: Record<string, string>; body: string }[];
let statuses: number[];

beforeEach(async () => {
  received = [];
  statuses = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(statuses.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** One open delivery to the receiver, and a worker for it. */
async function open(jobs: Jobs) {
  const deliveries = new MemoryDeliveryStore();
  await deliveries.createEndpoint({
    id: outboxRow().endpointId,
    tenant: 'default',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    label: 'pager',
    secrets: [SECRET],
    createdAtMs: Date.now(),
  });
  deliveries.insert([outboxRow({ createdAtMs: Date.now() })]);
  const queue = await jobs.openQueue<AlertJob>(ALERT_QUEUE);
  const sender = createWebhookSender(webhookConfigSchema.parse({ allowPrivate: 'true' }), {
    clock: systemClock,
    userAgent: 'oopstream/test',
  });
  const worker = await startAlertWorker({
    config: { ...alertConfigSchema.parse({}), sweepIntervalMs: 100, sweepAgeMs: 1_500 },
    ...{ deliveries, queue, sender, logger, metrics: noMetrics, clock: systemClock },
    source: jobs.source<AlertJob>(ALERT_QUEUE),
  });
  return {
    queue,
    delivery: async () => (await deliveries.load(DELIVERY_ID))!.delivery,
    async close() {
      await worker.stop();
      await queue.close();
      await sender.close();
    },
  };
}

describe('alert worker on real servers', () => {
  it.each(['redis', 'postgres'])(
    'on %s: repeats a refused webhook after 5 s, as the same id with a fresh signature, once',
    async (backend) => {
      const database = await freshDatabase();
      const { connectionString } = database;
      const jobs =
        backend === 'redis'
          ? createRedisJobs({ ...jobsDeps, url: redisUrl() })
          : createPostgresJobs({ ...jobsDeps, connectionString });
      const worker = await open(jobs);
      statuses = [503];
      await worker.queue.enqueue([alertJob()]);
      await until(async () => (await worker.delivery()).state === 'delivered', { timeoutMs: 15_000 });
      const [first, second] = received;
      expect(received).toHaveLength(2);
      expect(second!.headers['webhook-id']).toBe(DELIVERY_ID);
      expect(first!.headers['webhook-id']).toBe(DELIVERY_ID);
      expect(second!.headers['webhook-signature']).not.toBe(first!.headers['webhook-signature']);
      expect(new Webhook(SECRET).verify(second!.body, second!.headers)).toEqual({ type: 'incident.opened' });
      const { attempts } = await worker.delivery();
      expect(attempts.map(({ status }) => status)).toEqual([503, 204]);
      expect(attempts[1]!.startedAtMs - attempts[0]!.startedAtMs).toBeGreaterThanOrEqual(5_000);
      await worker.close();
      await database.drop();
    },
    30_000,
  );

  it('delivers although Redis died with the job in it and came back empty', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'oopstream-alert-'));
    const redis = await startRedis({ dir });
    const worker = await open(createRedisJobs({ ...jobsDeps, url: redis.url }));
    await worker.queue.enqueue([{ ...alertJob(), delayMs: 60_000 }]);
    await redis.kill();
    const again = await startRedis({ dir, port: redis.port });
    await until(async () => (await worker.delivery()).state === 'delivered', { timeoutMs: 20_000 });
    expect(received).toHaveLength(1);
    await worker.close();
    await again.stop();
    rmSync(dir, { recursive: true });
  }, 30_000);
});
