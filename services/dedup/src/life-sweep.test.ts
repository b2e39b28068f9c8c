import { decideBatch, transition } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReceipt } from '@oopstream/core-incident/fakes';
import { webhookBodySchema } from '@oopstream/contracts';
import { MemoryLifeStore } from '@oopstream/ports/fakes';
import { createDedupBench } from './dedup-bench';
import type { DedupBench } from './dedup-bench';
import { sweepLives } from './life-sweep';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 0, 1);

describe('the life sweep', () => {
  let bench: DedupBench;
  let nowMs: number;
  let told: number;
  let ids: number;
  let lives: MemoryLifeStore;
  beforeEach(async () => {
    bench = await createDedupBench();
    lives = new MemoryLifeStore(bench.store);
    bench.store.rows.endpoints.push({ tenant: 'default', id: 'pager' });
    [nowMs, told, ids] = [START_MS, 0, 0];
  });
  const newId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, '0')}`;
  const sweep = (config: Partial<DedupBench['deps']['config']> = {}) =>
    sweepLives({
      ...bench.deps,
      config: { ...bench.deps.config, ...config },
      stores: { lifeStore: lives },
      clock: { nowMs: () => nowMs },
      newId,
      onTold: () => void (told += 1),
    });
  const arrive = async (n: number, more: SampleReceipt = {}) => {
    const receipts = [sampleReceipt(n, { receivedAtMs: nowMs, readings: [{ bug: 'f' }], ...more })];
    const batch = await bench.store.openBatch(receipts, { nowMs, retentionMs: 400 * DAY_MS });
    const { plan } = decideBatch(receipts, batch.state, { newId, nowMs });
    await batch.commit(plan, { publications: [], deliveries: [] });
  };
  const incident = () => [...bench.store.rows.incidents.values()][0]!;
  const bodies = () => bench.store.deliveries.map(({ body }) => webhookBodySchema.parse(JSON.parse(body)));
  /** A crash an hour for so many days, then so many in one hour. */
  const burst = async (days: number, crashes: number) => {
    for (let hour = 0; hour < days * 24; hour++) {
      nowMs = START_MS + hour * HOUR_MS;
      await arrive(hour, { transcript: { hostId: `h${hour}` } });
    }
    nowMs += HOUR_MS;
    for (let n = 0; n < crashes; n++) await arrive(100_000 + n, { transcript: { hostId: `b${n}` } });
    nowMs += HOUR_MS / 2;
  };

  it('calls people when an incident escalates, once, and tells that it calmed down', async () => {
    await burst(8, 40);
    await sweep();
    expect(incident()).toMatchObject({ trend: 'escalating', life: { escalation: { rule: 'spike' } } });
    expect(bodies()).toMatchObject([
      { type: 'incident.escalated', data: { crash: null, why: { reason: 'escalated-spike' } } },
    ]);
    expect(told).toBe(1);
    for (let hour = 0; hour < 24; hour++) {
      nowMs += HOUR_MS;
      await sweep();
    }
    expect(incident().trend).toBe('escalating');
    for (let hour = 0; hour < 6; hour++) {
      nowMs += HOUR_MS;
      await sweep();
    }
    expect(incident()).toMatchObject({ trend: 'ongoing', life: { escalation: null } });
    expect(bodies()).toHaveLength(1);
    expect(bench.counts.get('oopstream_incidents_changed{escalated}')).toBe(1);
    expect(bench.counts.get('oopstream_incidents_changed{calmed}')).toBe(1);
  });

  it('calls nobody of what is muted, and again when the mute is over', async () => {
    await burst(8, 40);
    const until = { untilMs: nowMs + DAY_MS, crashes: null, hosts: null, release: null };
    const muted = transition(incident(), { kind: 'mute', atMs: nowMs, by: 'token:ann', until });
    if (muted.kind === 'changed') bench.store.rows.incidents.set(incident().id, muted.incident);
    await sweep();
    expect(incident().trend).toBe('escalating');
    expect(bodies()).toEqual([]);
    nowMs += DAY_MS;
    await sweep();
    expect(bodies()).toMatchObject([{ type: 'incident.unmuted', data: { why: { reason: 'mute-time' } } }]);
  });

  it('escalates by the share of the living fleet', async () => {
    lives.livingHosts.set('default', 500);
    for (let n = 0; n < 5; n++) await arrive(n, { transcript: { hostId: `h${n}` } });
    nowMs += HOUR_MS;
    await sweep();
    expect(incident()).toMatchObject({
      trend: 'escalating',
      life: { fleetShare: 0.01, escalation: { rule: 'share' } },
    });
    expect(bodies()[0]?.data.why?.text).toBe('It hit 1.00 % of the living fleet; the limit is 1.00 %.');
  });

  it('calls an incident new for a week, and regressed for a week', async () => {
    await arrive(1);
    nowMs += 7 * DAY_MS - 1;
    await sweep();
    expect(incident().trend).toBe('new');
    nowMs += 1;
    await sweep();
    expect(incident().trend).toBe('ongoing');
    const resolved = transition(incident(), { kind: 'resolve', atMs: nowMs, by: 'token:ann', release: null });
    if (resolved.kind === 'changed') bench.store.rows.incidents.set(incident().id, resolved.incident);
    nowMs += 1;
    await arrive(2, { transcript: { hostId: 'b' } });
    expect(incident().trend).toBe('regressed');
    nowMs += 7 * DAY_MS;
    await sweep();
    expect(incident().trend).toBe('ongoing');
  });

  it('gives up what is quiet by the settings', async () => {
    await arrive(1);
    nowMs += 3 * DAY_MS;
    await sweep({ obsoleteFewDays: 4 });
    expect(incident().status).toBe('open');
    nowMs += DAY_MS;
    await sweep({ obsoleteFewDays: 4 });
    // What was due later by other settings is not looked at before.
    nowMs = START_MS + 7 * DAY_MS;
    await sweep({ obsoleteFewDays: 4 });
    expect(incident().status).toBe('obsolete');
    expect(bodies()).toEqual([]);
    expect(bench.counts.get('oopstream_incidents_changed{obsoleted}')).toBe(1);
  });

  it('looks at all that is due in small steps, each once, and tells nothing where nothing happened', async () => {
    for (let n = 0; n < 5; n++)
      await arrive(n, { readings: [{ bug: `f${n}` }], transcript: { hostId: `h${n}` } });
    nowMs += HOUR_MS;
    await sweep({ lifeSweepRows: 2 });
    expect(bench.counts.get('oopstream_life_looks{}')).toBe(5);
    await sweep({ lifeSweepRows: 2 });
    expect(bench.counts.get('oopstream_life_looks{}')).toBe(5);
    expect(told).toBe(0);
  });

  it('ends between two steps when it is told to', async () => {
    for (let n = 0; n < 3; n++)
      await arrive(n, { readings: [{ bug: `f${n}` }], transcript: { hostId: `h${n}` } });
    nowMs += HOUR_MS;
    let asked = 0;
    const deps = {
      ...bench.deps,
      config: { ...bench.deps.config, lifeSweepRows: 1 },
      stores: { lifeStore: lives },
    };
    await sweepLives(
      { ...deps, clock: { nowMs: () => nowMs }, newId, onTold: () => undefined },
      () => asked++ > 0,
    );
    expect(bench.counts.get('oopstream_life_looks{}')).toBe(1);
  });
});
