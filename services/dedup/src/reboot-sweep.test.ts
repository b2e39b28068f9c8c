import { rebootedDirtySchema } from '@oopstream/contracts';
import { createFakeClock } from '@oopstream/testkit';
import { MemoryCensusStore, MemoryRebootStore } from '@oopstream/ports/fakes';
import { createDedupBench } from './dedup-bench';
import { sweepReboots } from './reboot-sweep';

const MINUTE_MS = 60_000;
const NOW_MS = Date.UTC(2026, 10, 23);
const EVERY = { state: null, hostId: null, release: null, sinceMs: null, untilMs: null };

async function bench() {
  const { deps, counts } = await createDedupBench();
  const reboots = new MemoryRebootStore();
  const census = new MemoryCensusStore(reboots);
  const clock = createFakeClock(NOW_MS);
  reboots.endpoints.push({ tenant: 't', id: 'e1' }, { tenant: 't', id: 'e2' }, { tenant: 'other', id: 'e3' });
  let ids = 0;
  let told = 0;
  const sweep = {
    ...deps,
    clock,
    config: { ...deps.config, rebootSweepRows: 3, consoleUrl: 'https://oops.example' },
    stores: { ...deps.stores, reboots, census },
    newId: () => `id-${(ids += 1)}`,
    onTold: () => (told += 1),
  };
  const note = (hostId: string, tenant = 't') =>
    reboots.note(
      tenant,
      {
        ...{ hostId, hostName: `${hostId}.example`, bootId: 'old', release: 'a' },
        aliveAtMs: NOW_MS - 10 * MINUTE_MS,
        backAtMs: NOW_MS,
      },
      NOW_MS,
    );
  const states = async () =>
    (await reboots.list('t', EVERY, 100, null)).items.map(({ state, crashId }) => crashId ?? state);
  return { sweep, clock, reboots, census, counts, note, states, told: () => told };
}

describe('dirty reboots', () => {
  it('are told of once no transcript came within the window: one alert for each endpoint', async () => {
    const { sweep, clock, reboots, counts, note, states, told } = await bench();
    for (const hostId of ['h1', 'h2']) note(hostId);
    await sweepReboots(sweep);
    expect([await states(), reboots.deliveries, told()]).toEqual([['waiting', 'waiting'], [], 0]);
    clock.advance(59 * MINUTE_MS);
    await sweepReboots(sweep);
    expect(await states()).toEqual(['waiting', 'waiting']);
    clock.advance(MINUTE_MS);
    for (let again = 0; again < 2; again++) await sweepReboots(sweep);
    expect([await states(), told()]).toEqual([['open', 'open'], 1]);
    expect(reboots.deliveries.map(({ endpointId }) => endpointId)).toEqual(['e1', 'e2']);
    const body = rebootedDirtySchema.parse(JSON.parse(reboots.deliveries[0]!.body));
    expect(body).toMatchObject({
      type: 'host.rebooted-dirty',
      timestamp: new Date(NOW_MS + 60 * MINUTE_MS).toISOString(),
      data: { count: 2, tenant: 't', url: 'https://oops.example/v1/reboots?state=open' },
    });
    expect(body.data.reboots).toContainEqual(
      expect.objectContaining({ hostId: 'h1', hostName: 'h1.example', kernelRelease: 'a', bootId: 'old' }),
    );
    expect([...counts]).toEqual([['oopstream_reboots_settled{opened}', 2]]);
  });

  it('are explained by a crash, in time and late, without an alert', async () => {
    const { sweep, clock, reboots, census, counts, note, states } = await bench();
    const crash = { bootId: null, occurredAtMs: NOW_MS - MINUTE_MS, receivedAtMs: NOW_MS };
    const crashes = async (hostId: string) => {
      reboots.addCrash('t', hostId, { ...crash, id: `c-${hostId}` });
      await census.recordEnds([{ tenant: 't', hostId, atMs: crash.occurredAtMs }]);
    };
    note('h1');
    await crashes('h1');
    await sweepReboots(sweep);
    expect(await states()).toEqual(['c-h1']);
    note('h2');
    clock.advance(90 * MINUTE_MS);
    await sweepReboots(sweep);
    expect((await states()).sort()).toEqual(['c-h1', 'open']);
    await crashes('h2');
    await sweepReboots(sweep);
    expect((await states()).sort()).toEqual(['c-h1', 'c-h2']);
    expect(reboots.deliveries).toHaveLength(2);
    expect(counts.get('oopstream_reboots_settled{explained}')).toBe(2);
  });

  it('are looked at to the end, a few at a time, and name a few hosts of many', async () => {
    const { sweep, clock, reboots, note, states } = await bench();
    clock.advance(120 * MINUTE_MS);
    for (let n = 0; n < 7; n++) note(`h${n}`);
    await sweepReboots(sweep);
    expect(await states()).toEqual(Array.from({ length: 7 }, () => 'open'));
    expect(reboots.deliveries).toHaveLength(2 * 3);
    for (let n = 0; n < 60; n++) note(`p${n}`);
    await sweepReboots({ ...sweep, config: { ...sweep.config, rebootSweepRows: 100 } });
    const { data } = rebootedDirtySchema.parse(JSON.parse(reboots.deliveries.at(-1)!.body));
    expect([data.count, data.reboots.length]).toEqual([60, 20]);
  });

  it('go with what retention lets go', async () => {
    const { sweep, clock, note, states } = await bench();
    note('h1');
    await sweepReboots({ ...sweep, config: { ...sweep.config, retentionDays: 30 } });
    expect(await states()).toHaveLength(1);
    clock.advance(31 * 24 * 60 * MINUTE_MS);
    await sweepReboots({ ...sweep, config: { ...sweep.config, retentionDays: 30 } });
    expect(await states()).toEqual([]);
  });
});
