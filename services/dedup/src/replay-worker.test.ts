import { hash } from 'node:crypto';
import { ALGORITHMS } from '@oopstream/core-signature';
import { blobKey } from '@oopstream/ports';
import type { ReplayEngine, ReplayRun, ReplayTools } from '@oopstream/ports';
import { MemoryBlobStore, MemoryReplayStore } from '@oopstream/ports/fakes';
import { until } from '@oopstream/testkit';
import { createDedupBench } from './dedup-bench';
import { startReplayWorker } from './replay-worker';

const OOPS = `[   12.000000] BUG: kernel NULL pointer dereference, address: 0000000000000000
[   12.000001] RIP: 0010:victim_function+0x10/0x40 [module_a]
[   12.000002] Call Trace:
[   12.000003]  caller_function+0x20/0x80 [module_a]
[   12.000004] ---[ end trace 0000000000000000 ]---
`;

async function bench(step: (tools: ReplayTools) => ReturnType<ReplayEngine['step']>) {
  const { deps, counts } = await createDedupBench();
  const blobs = new MemoryBlobStore();
  const config = { ...deps.config, replayIntervalMs: 10 };
  const told: string[] = [];
  const start = () =>
    startReplayWorker({
      ...deps,
      config,
      blobs,
      engine: { step },
      algorithms: ALGORITHMS,
      newId: () => 'id',
      onTold: () => told.push('told'),
    });
  return { start, counts, blobs, told };
}

async function aRun(): Promise<ReplayRun> {
  const planned = await new MemoryReplayStore().plan({
    ...{ id: 'r', tenant: 'default', toVersion: 1, readerVersion: 1, createdAtMs: 0, createdBy: 'token:ann' },
    range: { sinceMs: null, untilMs: null, incidentId: null, release: null },
  });
  if (planned.kind === 'busy') throw new Error('a fresh store is not busy');
  return planned.run;
}

describe('the replay worker', () => {
  it('goes on until there is nothing to do, counts, and tells when it switched over', async () => {
    const run = await aRun();
    const states = ['running', 'running', 'switched'] as const;
    let steps = 0;
    const { start, counts, told } = await bench(() => {
      const state = states[steps];
      steps += 1;
      return Promise.resolve(
        state === undefined ? { kind: 'idle' } : { kind: 'worked', run: { ...run, state }, crashes: 2 },
      );
    });
    const worker = start();
    await until(() => steps > states.length);
    await worker.stop();
    expect(Object.fromEntries(counts)).toEqual({
      'oopstream_replay_crashes{}': 6,
      'oopstream_replays_changed{running}': 1,
      'oopstream_replays_changed{switched}': 1,
    });
    expect(told).toEqual(['told']);
  });

  it('reads stored bodies by the place their reports begin at, and says which are gone', async () => {
    const body = Buffer.from(OOPS);
    const sha256 = hash('sha256', body);
    let read: Awaited<ReturnType<ReplayTools['readBodies']>> | null = null;
    const { start, blobs } = await bench(async (tools) => {
      read = await tools.readBodies('default', [
        { transcriptId: 'kept', sha256 },
        { transcriptId: 'gone', sha256: '0'.repeat(64) },
      ]);
      return { kind: 'idle' };
    });
    await blobs.put(blobKey('default', sha256), body);
    const worker = start();
    await until(() => read !== null);
    await worker.stop();
    const found = read as Awaited<ReturnType<ReplayTools['readBodies']>> | null;
    expect(found?.get('gone')).toBeNull();
    const [reading] = [...(found?.get('kept')?.values() ?? [])];
    expect(reading?.fault?.function).toBe('victim_function');
    expect([...(found?.get('kept')?.keys() ?? [])]).toEqual([reading?.span.start]);
  });
});
