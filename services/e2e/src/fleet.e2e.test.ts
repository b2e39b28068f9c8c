import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eraseFleet, startLocalFleet } from '@oopstream/local-fleet';
import type { FleetService, LocalFleet, LocalFleetOptions } from '@oopstream/local-fleet';
import { startRedis } from '@oopstream/local-servers';
import type { LocalServer } from '@oopstream/local-servers';
import { until } from '@oopstream/testkit';
import { createApiClient } from './api-client';
import type { ApiClient } from './api-client';
import { corpusJourney } from './corpus-journey';
import { expectEachCrashOnce, startLoad } from './load';
import { ROOT_DIR } from './root-dir';
import { seedJourney } from './seed-journey';
import { syntheticOops } from './synthetic-crash';
import { temporaryDir } from './temporary-dir';
import { addWebhook, deliveriesTo, jobsOf } from './webhook-journey';
import { startWebhookReceiver, verifyWebhook } from './webhook-receiver';

jest.setTimeout(240_000);

const start = (name: string, env: NonNullable<LocalFleetOptions['env']> = {}) =>
  startLocalFleet({ name, rootDir: ROOT_DIR, dir: temporaryDir(name), fsync: false, env });

const SWEEP_SOON = { OOPSTREAM_ALERT_SWEEP_AGE_MS: '500', OOPSTREAM_ALERT_SWEEP_INTERVAL_MS: '200' };

async function erase(fleet: LocalFleet): Promise<void> {
  await fleet.stop();
  eraseFleet(fleet);
}

describe('services on Kafka, Redis and PostgreSQL', () => {
  let fleet: LocalFleet;
  let client: ApiClient;

  beforeAll(async () => {
    fleet = await start('fleet');
    client = createApiClient(fleet.connection);
  });
  afterAll(() => erase(fleet));

  seedJourney(() => client);
  corpusJourney(() => client);

  it('tries a webhook again that the receiver failed at: same id, signed anew', async () => {
    const receiver = await startWebhookReceiver();
    try {
      receiver.answerWith(500);
      const secret = await addWebhook(client, receiver.url);
      await client.send(syntheticOops(1, 'retry_lookup'), 'node-1');
      await until(() => receiver.received.length > 0, { timeoutMs: 30_000 });
      receiver.answerWith(204);
      await until(() => receiver.received.length > 1, { timeoutMs: 30_000 });
      const [first, second] = receiver.received;
      expect(verifyWebhook(secret, second!)).toEqual(verifyWebhook(secret, first!));
      expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
      expect(Number(second!.headers['webhook-timestamp'])).toBeGreaterThan(
        Number(first!.headers['webhook-timestamp']),
      );
      expect(second!.headers['webhook-signature']).not.toBe(first!.headers['webhook-signature']);
      const [delivery, ...others] = await deliveriesTo(client, receiver.url, 'delivered');
      expect(others).toEqual([]);
      expect(delivery!.id).toBe(first!.headers['webhook-id']);
      expect(delivery!.attempts.map(({ number, status }) => [number, status])).toEqual([
        [1, 500],
        [2, 204],
      ]);

      const replayed = await client.admin('POST', `/v1/deliveries/${delivery!.id}/replay`);
      expect(replayed.status).toBe(200);
      await until(() => receiver.received.length > 2, { timeoutMs: 5_000 });
      expect(receiver.received[2]!.headers['webhook-id']).toBe(delivery!.id);
    } finally {
      await receiver.close();
    }
  });
});

describe('services that die', () => {
  let fleet: LocalFleet;
  let client: ApiClient;

  beforeEach(async () => {
    fleet = await start('kills', { 'alert-worker': SWEEP_SOON });
    client = createApiClient(fleet.connection);
  });
  afterEach(() => erase(fleet));

  it('loses and repeats nothing when stages are killed in the middle of batches', async () => {
    const load = startLoad(client, { hosts: 16, pauseMs: 5 });
    const victims: FleetService[] = [
      'fingerprint-worker',
      'dedup',
      'fingerprint-worker',
      'dedup',
      'collector',
    ];
    for (const victim of victims) {
      await delay(1_000);
      await fleet.service(victim).kill();
      await fleet.restart(victim);
    }
    await load.stop();
    expect(load.accepted.size).toBeGreaterThan(100);
    await expectEachCrashOnce(client, load);
  });

  it('answers 503 with Retry-After while Kafka is away, and goes on when it is back', async () => {
    const [broker] = fleet.kafka.nodes;
    const load = startLoad(client, { hosts: 4, pauseMs: 50 });
    await until(() => load.accepted.size > 20);
    await broker!.stop();
    const refused = await until(
      async () => {
        const response = await client.post('nothing to see', '?host=probe');
        return response.status === 503 ? response : null;
      },
      { timeoutMs: 60_000 },
    );
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    await broker!.restart();
    const before = load.accepted.size;
    await until(() => load.accepted.size > before + 20, { timeoutMs: 90_000 });
    await load.stop();
    const ledger = await client.atRest(load.accepted.size, 120_000);
    expect(ledger.transcripts.read).toBe(load.accepted.size);
    expect((await client.incidents()).map((one) => one.crashes)).toEqual([load.accepted.size]);
  });

  it('delivers once what Redis forgot with all its data', async () => {
    const receiver = await startWebhookReceiver();
    let redis: LocalServer | null = null;
    try {
      const secret = await addWebhook(client, receiver.url);
      await fleet.service('alert-worker').kill();
      await client.send(syntheticOops(1), 'node-1');
      const [delivery] = await deliveriesTo(client, receiver.url, 'open');
      const { port, dataDir } = fleet.redis;
      await until(async () => (await jobsOf(port, delivery!.id)) > 0, { timeoutMs: 30_000 });

      await fleet.redis.kill();
      rmSync(join(dataDir, 'appendonlydir'), { recursive: true });
      redis = await startRedis({ dir: dataDir, port, appendonly: true });
      expect(await jobsOf(port, delivery!.id)).toBe(0);
      await fleet.restart('alert-worker');

      const [closed] = await deliveriesTo(client, receiver.url, 'delivered');
      expect(closed).toMatchObject({ id: delivery!.id, state: 'delivered' });
      expect(closed!.attempts.map(({ number, status }) => [number, status])).toEqual([[1, 204]]);
      expect(receiver.received).toHaveLength(1);
      expect(receiver.received[0]!.headers['webhook-id']).toBe(delivery!.id);
      expect(verifyWebhook(secret, receiver.received[0]!).type).toBe('incident.opened');
    } finally {
      await receiver.close();
      await redis?.stop();
    }
  });
});
