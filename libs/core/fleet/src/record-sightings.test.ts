import * as fc from 'fast-check';
import { DAY_MS, aliveTime, compareBuilds, openAliveMs, sumAlive } from './host-days';
import type { AliveTime, Sighting } from './host-days';
import { recordSightings } from './record-sightings';
import type { KnownSightings } from './record-sightings';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 20);
const NOW_MS = START_MS + 10 * DAY_MS;
const LIMITS = { maxGapMs: 6 * HOUR_MS, lateMs: 20 * DAY_MS, maxAgeMs: 40 * DAY_MS, maxAheadMs: 60_000 };
const NEVER: KnownSightings = { floorMs: null, newestMs: null, sightings: [] };

const build = (release: string) => ({ release, flavour: '', model: 'R640' });
const seen = (hours: number, release = 'a'): Sighting => ({
  atMs: START_MS + hours * HOUR_MS,
  build: build(release),
});
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
    const known = { floorMs: null, newestMs: seen(6).atMs, sightings: [seen(0), seen(6)] };
    const plan = recordSightings(known, [seen(2, 'b')], LIMITS, NOW_MS);
    expect(plan.outcomes).toEqual(['recorded']);
    expect(hours(plan.alive)).toEqual({ '0 a': -4, '0 b': 4 });
    expect(plan.newestMs).toBe(seen(6).atMs);
  });

  it('counts nothing for one that came before', () => {
    const known = { floorMs: null, newestMs: seen(6).atMs, sightings: [seen(0), seen(6)] };
    const plan = recordSightings(known, [seen(0), seen(6)], LIMITS, NOW_MS);
    expect(plan).toMatchObject({ outcomes: ['repeated', 'repeated'], sightings: [], alive: [] });
  });

  it('refuses what is ahead of the clock, too old, or before what is still known', () => {
    const ahead = { atMs: NOW_MS + LIMITS.maxAheadMs + 1, build: build('a') };
    const old = { atMs: NOW_MS - LIMITS.maxAgeMs - 1, build: build('a') };
    const plan = recordSightings(NEVER, [ahead, old], LIMITS, NOW_MS);
    expect(plan).toMatchObject({ outcomes: ['in-future', 'too-late'], newestMs: null, floorMs: null });
    const known = { floorMs: START_MS, newestMs: seen(9).atMs, sightings: [seen(9)] };
    expect(recordSightings(known, [seen(-1)], LIMITS, NOW_MS).outcomes).toEqual(['too-late']);
  });

  it('lets the floor follow the newest, and never back', () => {
    const first = recordSightings(NEVER, [seen(100)], { ...LIMITS, lateMs: HOUR_MS }, NOW_MS);
    expect(first.floorMs).toBe(seen(99).atMs);
    const next = recordSightings({ ...first, sightings: [seen(100)] }, [seen(99.5)], LIMITS, NOW_MS);
    expect(next.floorMs).toBe(seen(99).atMs);
  });

  it('comes to the same whatever the order, the batches and the repetitions', () => {
    const sightings = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 200 }), release: fc.constantFrom('a', 'b', 'c') }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(
        sightings,
        fc.array(fc.nat(1_000), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (list, picks, size) => {
          const all = list.map(({ at, release }) => seen(at, release));
          const sent = all.length === 0 ? [] : [...picks.map((pick) => all[pick % all.length]!), ...all];
          let known = NEVER;
          let alive: readonly AliveTime[] = [];
          for (let from = 0; from < sent.length; from += size) {
            const plan = recordSightings(known, sent.slice(from, from + size), LIMITS, NOW_MS);
            const merged = new Map([...known.sightings, ...plan.sightings].map((one) => [one.atMs, one]));
            known = { ...plan, sightings: [...merged.values()].sort((a, b) => a.atMs - b.atMs) };
            alive = sumAlive([...alive, ...plan.alive]);
          }
          const winners = new Map<number, Sighting>();
          for (const one of all) {
            const other = winners.get(one.atMs);
            if (other === undefined || compareBuilds(one.build, other.build) < 0) winners.set(one.atMs, one);
          }
          const whole = [...winners.values()].sort((a, b) => a.atMs - b.atMs);
          expect(hours(alive)).toEqual(hours(aliveTime(whole, LIMITS.maxGapMs)));
        },
      ),
    );
  });

  it('never counts more than a day a day, nor more than first to last', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, (ats) => {
        const whole = ats.sort((a, b) => a - b).map((at) => seen(at / 10, at % 3 === 0 ? 'a' : 'b'));
        const total = aliveTime(whole, LIMITS.maxGapMs).reduce((sum, { aliveMs }) => sum + aliveMs, 0);
        expect(total).toBeLessThanOrEqual(whole.at(-1)!.atMs - whole[0]!.atMs);
      }),
    );
  });
});
