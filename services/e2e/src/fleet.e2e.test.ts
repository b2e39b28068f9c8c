import { setTimeout as delay } from 'node:timers/promises';
import { eraseFleet, startLocalFleet } from '@oopstream/local-fleet';
import type { FleetService, LocalFleet } from '@oopstream/local-fleet';
import { until } from '@oopstream/testkit';
import { createApiClient } from './api-client';
import type { ApiClient } from './api-client';
import { corpusJourney } from './corpus-journey';
import { expectEachCrashOnce, startLoad } from './load';
import { ROOT_DIR } from './root-dir';
import { seedJourney } from './seed-journey';
import { temporaryDir } from './temporary-dir';

jest.setTimeout(240_000);

const start = (name: string) =>
  startLocalFleet({ name, rootDir: ROOT_DIR, dir: temporaryDir(name), fsync: false });

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
});

describe('services that die', () => {
  let fleet: LocalFleet;
  let client: ApiClient;

  beforeEach(async () => {
    fleet = await start('kills');
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
});
