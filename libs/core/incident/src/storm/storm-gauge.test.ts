import fc from 'fast-check';
import { sampleReceipt } from '../fakes';
import { StormGauge, bugShownBy } from './storm-gauge';
import type { GaugedArrival, GaugeRules } from './storm-gauge';

const RULES: GaugeRules = { stormPerMinute: 5, keepEveryMs: 10_000, classesKept: 3, maxKeys: 4 };
const arrival = (more: Partial<GaugedArrival> = {}): GaugedArrival => ({
  tenant: 'default',
  groupKey: 'v1:a',
  title: 'f+16',
  model: 'm1',
  receivedAtMs: 0,
  ...more,
});
const keptOf = (gauge: StormGauge, arrivals: readonly GaugedArrival[]): boolean[] =>
  arrivals.map((one) => gauge.isKept(one));
const many = (count: number, more: Partial<GaugedArrival> = {}) =>
  Array.from({ length: count }, () => arrival(more));
const keptCount = (kept: readonly boolean[]): number => kept.filter(Boolean).length;

describe('StormGauge', () => {
  it('keeps everything up to the limit, then the first of each class and one from time to time', () => {
    const gauge = new StormGauge(RULES);
    expect(keptOf(gauge, many(5))).toEqual(Array(5).fill(true));
    // First of its class, then the one of this time, then none.
    expect(keptOf(gauge, many(50)).map(Number).join('')).toBe(`11${'0'.repeat(48)}`);
    expect(keptOf(gauge, many(2, { model: 'm2' }))).toEqual([true, false]);
    expect(keptOf(gauge, many(2, { title: 'g+1' }))).toEqual([true, false]);
    expect(keptOf(gauge, many(2, { title: 'beyond the limit of classes' }))).toEqual([false, false]);
    expect(keptOf(gauge, many(2, { receivedAtMs: 9_999 }))).toEqual([false, false]);
    expect(keptOf(gauge, many(2, { receivedAtMs: 10_000 }))).toEqual([true, false]);
  });

  it('takes no key, and no tenant, for another', () => {
    const gauge = new StormGauge(RULES);
    keptOf(gauge, many(50));
    expect(keptOf(gauge, many(5, { groupKey: 'v1:b' }))).not.toContain(false);
    expect(keptOf(gauge, many(5, { tenant: 'other' }))).not.toContain(false);
  });

  it('keeps all of what comes slowly, however fast it is read', () => {
    const slow = Array.from({ length: 500 }, (_, n) => arrival({ receivedAtMs: n * 12_000 }));
    expect(keptOf(new StormGauge(RULES), slow)).not.toContain(false);
    // Partitions of one backlog, one after the other: the second is late by all of it.
    const gauge = new StormGauge(RULES);
    expect(keptOf(gauge, [...slow, ...slow])).not.toContain(false);
  });

  it('goes on over the turn of a minute and ends with a minute below the limit', () => {
    const gauge = new StormGauge(RULES);
    keptOf(gauge, many(50, { receivedAtMs: 59_000 }));
    expect(keptOf(gauge, many(3, { receivedAtMs: 61_000 }))).not.toContain(true);
    expect(keptOf(gauge, many(5, { receivedAtMs: 130_000 }))).not.toContain(false);
  });

  it('does nothing when it is off', () => {
    const gauge = new StormGauge({ ...RULES, stormPerMinute: 0 });
    expect(keptOf(gauge, many(500))).not.toContain(false);
    expect(gauge.size).toBe(0);
  });

  it('keeps so many of a storm whatever its size, and holds no more', () => {
    const run = (count: number) => {
      const gauge = new StormGauge(RULES);
      const arrivals = Array.from({ length: count }, (_, n) =>
        arrival({ receivedAtMs: Math.floor((n * 50_000) / count), model: `m${n % 9}`, title: `t${n % 7}` }),
      );
      return { kept: keptCount(keptOf(gauge, arrivals)), size: gauge.size };
    };
    expect(run(50_000)).toEqual(run(5_000));
  });

  it('holds no more than its limits for any arrivals', () => {
    const one = fc.record({
      groupKey: fc.integer({ min: 0, max: 30 }).map((n) => `v1:${n}`),
      model: fc.integer({ min: 0, max: 30 }).map((n) => `m${n}`),
      receivedAtMs: fc.integer({ min: 0, max: 100 * 60_000 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 400 }), (arrivals) => {
        const gauge = new StormGauge({ ...RULES, stormPerMinute: 1 });
        keptOf(gauge, arrivals.map(arrival));
        expect(gauge.size).toBeLessThanOrEqual(RULES.maxKeys * (1 + 10 + RULES.classesKept));
      }),
    );
  });
});

describe('bugShownBy', () => {
  const shown = (...bugs: { bug: string; damage?: 'torn' }[]) => {
    const { content } = sampleReceipt(1, { readings: bugs });
    return content.kind === 'read' ? content.readings : [];
  };
  it('is the one bug of sound readings', () => {
    const [first] = shown({ bug: 'f' });
    const { groupKey, title } = first!.signature;
    expect(bugShownBy(shown({ bug: 'f' }, { bug: 'f' }), 0)).toEqual({ groupKey, title });
  });
  it.each([
    ['no crash', shown(), 0],
    ['another bug beside it', shown({ bug: 'f' }, { bug: 'g' }), 0],
    ['damage', shown({ bug: 'f' }, { bug: 'f', damage: 'torn' }), 0],
    ['readings left out', shown({ bug: 'f' }), 1],
  ])('is none of a transcript with %s', (_what, readings, omitted) => {
    expect(bugShownBy(readings, omitted)).toBeNull();
  });
});
