import * as fc from 'fast-check';
import { DAY_MS, aliveTime, compareClaims, openAliveMs, sumAlive } from './host-days';
import type { AliveTime, Sighting } from './host-days';
import { recordSightings } from './record-sightings';
import type { KnownSightings } from './record-sightings';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 20);
const NOW_MS = START_MS + 10 * DAY_MS;
const LIMITS = { maxGapMs: 6 * HOUR_MS, lateMs: 20 * DAY_MS, maxAgeMs: 40 * DAY_MS, maxAheadMs: 60_000 };
const NEVER: KnownSightings = { floorMs: null, newestMs: null, sightings: [], ends: [] };

const build = (release: string) => ({ release, flavour: '', model: 'R640' });
const seen = (hours: number, release = 'a', bootedAt: number | null = null): Sighting => ({
  atMs: START_MS + hours * HOUR_MS,
  build: build(release),
  bootedMs: bootedAt === null ? null : START_MS + bootedAt * HOUR_MS,
});
const at = (hours: number) => START_MS + hours * HOUR_MS;
/** Hours by day number and release, zeros left out. */
const hours = (alive: readonly AliveTime[]) =>
  Object.fromEntries(
    alive
      .filter(({ aliveMs }) => aliveMs !== 0)
      .map(
        (one) => [`${(one.dayMs - START_MS) / DAY_MS} ${one.build.release}`, one.aliveMs / HOUR_MS] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('time alive', () => {
  it('reaches from one sighting to the next, on what the first one ran, split at midnight', () => {
    expect(hours(aliveTime([seen(20), seen(23), seen(26, 'b'), seen(27, 'b')], LIMITS.maxGapMs))).toEqual({
      '0 a': 4,
      '1 a': 2,
      '1 b': 1,
    });
  });

  it('ends after the longest gap', () => {
    expect(hours(aliveTime([seen(0), seen(20), seen(21)], LIMITS.maxGapMs))).toEqual({ '0 a': 7 });
  });

  it('is of the new build from its boot on, and of the old one up to its crash', () => {
    const rebooted = [seen(0), seen(4, 'b', 3)];
    expect(hours(aliveTime(rebooted, LIMITS.maxGapMs))).toEqual({ '0 a': 3, '0 b': 1 });
    expect(hours(aliveTime(rebooted, LIMITS.maxGapMs, [at(1)]))).toEqual({ '0 a': 1, '0 b': 1 });
    expect(hours(aliveTime([seen(0), seen(20, 'b', 2)], LIMITS.maxGapMs))).toEqual({ '0 a': 2, '0 b': 6 });
  });

  it('is not cut by a crash that no boot followed', () => {
    expect(hours(aliveTime([seen(0), seen(4, 'a', -9)], LIMITS.maxGapMs, [at(1)]))).toEqual({ '0 a': 4 });
    expect(hours(aliveTime([seen(0), seen(4)], LIMITS.maxGapMs, [at(1)]))).toEqual({ '0 a': 4 });
  });

  it('behind the last sighting ends where the host died', () => {
    const window = { sinceMs: 100, untilMs: 200 };
    expect(openAliveMs(120, 500, window, 150)).toBe(30);
    expect(openAliveMs(120, 500, window, 120)).toBe(0);
    expect(openAliveMs(120, 500, window, 90)).toBe(0);
  });

  it('behind the last sighting is what lies in the window that is asked for', () => {
    const window = { sinceMs: 100, untilMs: 200 };
    expect(openAliveMs(90, 50, window)).toBe(40);
    expect(openAliveMs(150, 500, window)).toBe(50);
    expect(openAliveMs(10, 50, window)).toBe(0);
    expect(openAliveMs(300, 50, window)).toBe(0);
  });
});

describe('recording sightings', () => {
  it('counts a late one where it belongs, taking back what was counted otherwise', () => {
    const known = { floorMs: null, newestMs: seen(6).atMs, sightings: [seen(0), seen(6)], ends: [] };
    const plan = recordSightings(known, [seen(2, 'b')], LIMITS, NOW_MS);
    expect(plan.outcomes).toEqual(['recorded']);
    expect(hours(plan.alive)).toEqual({ '0 a': -4, '0 b': 4 });
    expect(plan.newestMs).toBe(seen(6).atMs);
  });

  it('counts nothing for one that came before', () => {
    const known = { floorMs: null, newestMs: seen(6).atMs, sightings: [seen(0), seen(6)], ends: [] };
    const plan = recordSightings(known, [seen(0), seen(6)], LIMITS, NOW_MS);
    expect(plan).toMatchObject({ outcomes: ['repeated', 'repeated'], sightings: [], alive: [] });
  });

  it('refuses what is ahead of the clock, too old, or before what is still known', () => {
    const ahead = { atMs: NOW_MS + LIMITS.maxAheadMs + 1, build: build('a') };
    const old = { atMs: NOW_MS - LIMITS.maxAgeMs - 1, build: build('a') };
    const plan = recordSightings(NEVER, [ahead, old], LIMITS, NOW_MS);
    expect(plan).toMatchObject({ outcomes: ['in-future', 'too-late'], newestMs: null, floorMs: null });
    const known = { floorMs: START_MS, newestMs: seen(9).atMs, sightings: [seen(9)], ends: [] };
    expect(recordSightings(known, [seen(-1)], LIMITS, NOW_MS).outcomes).toEqual(['too-late']);
  });

  it('lets the floor follow the newest, and never back', () => {
    const first = recordSightings(NEVER, [seen(100)], { ...LIMITS, lateMs: HOUR_MS }, NOW_MS);
    expect(first.floorMs).toBe(seen(99).atMs);
    const next = recordSightings(
      { ...first, sightings: [seen(100)], ends: [] },
      [seen(99.5)],
      LIMITS,
      NOW_MS,
    );
    expect(next.floorMs).toBe(seen(99).atMs);
  });

  it('comes to the same whatever the order, the batches and the repetitions', () => {
    const sightings = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 200 }),
        release: fc.constantFrom('a', 'b', 'c'),
        bootedAt: fc.option(fc.integer({ min: -10, max: 200 })),
        crashedAt: fc.option(fc.integer({ min: 0, max: 200 })),
      }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(
        sightings,
        fc.array(fc.nat(1_000), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (list, picks, size) => {
          const all = list.map((one) =>
            seen(one.at, one.release, one.bootedAt === null ? null : Math.min(one.at, one.bootedAt)),
          );
          const crashed = list.map(({ crashedAt }) => (crashedAt === null ? [] : [at(crashedAt)]));
          const order = all.length === 0 ? [] : [...picks.map((pick) => pick % all.length), ...all.keys()];
          let known = NEVER;
          let alive: readonly AliveTime[] = [];
          for (let from = 0; from < order.length; from += size) {
            const part = order.slice(from, from + size);
            const sent = part.map((index) => all[index]!);
            // A crash of one place comes with the sightings of another, so that either may be first.
            const died = part.flatMap((index) => crashed[all.length - 1 - index]!);
            const plan = recordSightings(known, sent, LIMITS, NOW_MS, died);
            const merged = new Map([...known.sightings, ...plan.sightings].map((one) => [one.atMs, one]));
            known = {
              ...plan,
              sightings: [...merged.values()].sort((a, b) => a.atMs - b.atMs),
              ends: [...new Set([...known.ends, ...died])].sort((a, b) => a - b),
            };
            alive = sumAlive([...alive, ...plan.alive]);
          }
          const winners = new Map<number, Sighting>();
          for (const one of all) {
            const other = winners.get(one.atMs);
            if (other === undefined || compareClaims(one, other) < 0) winners.set(one.atMs, one);
          }
          const whole = [...winners.values()].sort((a, b) => a.atMs - b.atMs);
          const ends = [...new Set(crashed.flat())].sort((a, b) => a - b);
          expect(hours(alive)).toEqual(hours(aliveTime(whole, LIMITS.maxGapMs, ends)));
        },
      ),
    );
  });

  it('never counts more than a day a day, nor more than first to last', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, (ats) => {
        const whole = ats
          .sort((a, b) => a - b)
          .map((time) => seen(time / 10, time % 3 === 0 ? 'a' : 'b', time % 2 === 0 ? time / 20 : null));
        const total = aliveTime(whole, LIMITS.maxGapMs).reduce((sum, { aliveMs }) => sum + aliveMs, 0);
        expect(total).toBeLessThanOrEqual(whole.at(-1)!.atMs - whole[0]!.atMs);
      }),
    );
  });
});
