import { setTimeout as delay } from 'node:timers/promises';
import { eraseFleet, startLocalFleet } from '@oopstream/local-fleet';
import type { LocalFleet } from '@oopstream/local-fleet';
import { createApiClient } from './api-client';
import { expectEachCrashOnce, startLoad } from './load';
import { ROOT_DIR } from './root-dir';
import { temporaryDir } from './temporary-dir';

jest.setTimeout(300_000);

const KILLS = 5;

describe('three brokers, min.insync.replicas 2', () => {
  let fleet: LocalFleet;

  beforeAll(async () => {
    fleet = await startLocalFleet({
      name: 'failover',
      rootDir: ROOT_DIR,
      dir: temporaryDir('failover'),
      brokers: 3,
      fsync: false,
    });
  });

  afterAll(async () => {
    await fleet.stop();
    eraseFleet(fleet);
  });

  it('turns every transcript answered 202 into a crash exactly once while brokers are killed under load', async () => {
    const client = createApiClient(fleet.connection);
    const load = startLoad(client, { hosts: 24, pauseMs: 20 });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(2_000);
      // Each broker leads a third of the partitions: whichever dies, busy ones lose their leader.
      const node = fleet.kafka.nodes[kill % fleet.kafka.nodes.length]!;
      await node.kill();
      await delay(3_000);
      await node.restart();
    }
    await delay(2_000);
    await load.stop();
    expect(load.accepted.size).toBeGreaterThan(100);
    await expectEachCrashOnce(client, load);
  });
});
