import fc from 'fast-check';
import { escalationLimit, judgeEscalation } from './escalation';
import type { Pulse } from './escalation';
import type { Escalation } from './incident-life';
import { DEFAULT_LIFE_SETTINGS } from './life-settings';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const START_MS = Date.UTC(2026, 0, 1);
const settings = DEFAULT_LIFE_SETTINGS;
const NO_FLEET = { hostsHit: 0, livingHosts: 0 };

describe('the limit of an hour', () => {
  it('of a steady week is a spike above five times its average', () => {
    const steady = Array.from({ length: 7 * DAY_HOURS }, () => 100);
    expect(escalationLimit(steady, settings)).toEqual({ rule: 'spike', limit: 600 });
  });

  it('grows with how much the hours differ, up to eight averages more', () => {
    // avg 50, sd 50: (avg + 5·sd)/avg = 6.
    const wild = Array.from({ length: 7 * DAY_HOURS }, (_, hour) => (hour % 2) * 100);
    expect(escalationLimit(wild, settings).limit).toBeCloseTo(50 + 6 * 50);
  });

  it('of a bursty week is by its largest hour', () => {
    const bursty = Array.from({ length: 7 * DAY_HOURS }, (_, hour) => (hour === 10 ? 500 : 0));
    const { rule, limit } = escalationLimit(bursty, settings);
    expect(rule).toBe('bursty');
    expect(limit).toBeCloseTo(2 * 500);
  });

  it('of a young incident is ten times its largest hour', () => {
    expect(escalationLimit([3, 7, 1], settings)).toEqual({ rule: 'young', limit: 70 });
  });

  it('is never below the fewest crashes that escalate', () => {
    const quiet = Array.from({ length: 7 * DAY_HOURS }, () => 0);
    expect(escalationLimit(quiet, settings).limit).toBe(settings.escalationMinCrashes - 1);
    expect(escalationLimit([0], settings).limit).toBe(settings.escalationMinCrashes - 1);
  });
});

/** Looks at a series of hourly crashes as the sweep does, at the end of each hour. @returns hours at which it turned. */
function turns(
  series: readonly number[],
  fleet: (hour: number) => Pick<Pulse, 'hostsHit' | 'livingHosts'> = () => NO_FLEET,
) {
  let known: Escalation | null = null;
  const found: { hour: number; kind: 'escalate' | 'calm' }[] = [];
  series.forEach((_, hour) => {
    const nowMs = START_MS + (hour + 1) * HOUR_MS - 1;
    const hours = series
      .slice(0, hour + 1)
      .map((crashes, at) => ({ hourMs: START_MS + at * HOUR_MS, crashes }));
    const step = judgeEscalation(known, { hours, sinceMs: START_MS, ...fleet(hour) }, nowMs, settings);
    if (step?.kind === 'escalate' || step?.kind === 'watch') known = step.escalation;
    if (step?.kind === 'calm') known = null;
    if (step?.kind === 'escalate' || step?.kind === 'calm') found.push({ hour, kind: step.kind });
  });
  return found;
}

const series = (hours: number, crashesAt: (hour: number) => number): number[] =>
  Array.from({ length: hours }, (_, hour) => crashesAt(hour));

/** A seedable source of numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function poisson(rate: number, random: () => number): number {
  const end = Math.exp(-Math.min(rate, 500));
  let count = -1;
  for (let product = 1; product > end; count++) product *= random();
  return Math.max(0, count);
}

describe('escalation', () => {
  it('begins when an hour is above the limit, and ends a day after it is below half of it', () => {
    const found = turns(series(30 * DAY_HOURS, (hour) => (hour >= 240 && hour < 264 ? 100 : 4)));
    expect(found).toEqual([
      { hour: 240, kind: 'escalate' },
      { hour: 264 + 1 + DAY_HOURS, kind: 'calm' },
    ]);
  });

  it('does not begin again while it goes on', () => {
    expect(turns(series(30 * DAY_HOURS, (hour) => (hour < 240 ? 4 : 100)))).toEqual([
      { hour: 240, kind: 'escalate' },
    ]);
  });

  it('is none of a few crashes, whatever the history', () => {
    expect(turns(series(20 * DAY_HOURS, (hour) => (hour % 190 === 189 ? 9 : 0)))).toEqual([]);
  });

  it('is none in the first hours of an incident', () => {
    expect(turns([50, 60])).toEqual([]);
  });

  it('begins when a good part of a large enough fleet is hit, and by enough hosts', () => {
    const one = series(48, () => 1);
    expect(turns(one, () => ({ hostsHit: 20, livingHosts: 1_000 }))).toEqual([{ hour: 0, kind: 'escalate' }]);
    expect(turns(one, () => ({ hostsHit: 9, livingHosts: 1_000 }))).toEqual([]);
    expect(turns(one, () => ({ hostsHit: 4, livingHosts: 100 }))).toEqual([]);
    expect(turns(one, () => ({ hostsHit: 50, livingHosts: 99 }))).toEqual([]);
  });

  it('by share holds while the share swings about the limit', () => {
    const fleet = (hour: number) => ({ hostsHit: hour % 2 === 0 ? 11 : 9, livingHosts: 1_000 });
    expect(
      turns(
        series(20 * DAY_HOURS, () => 1),
        fleet,
      ),
    ).toEqual([{ hour: 0, kind: 'escalate' }]);
  });

  it('never flaps: steady rates do not escalate, and one that steps up does so once', () => {
    const rate = fc.double({ min: 0.001, max: 20, noNaN: true });
    fc.assert(
      fc.property(fc.integer(), rate, fc.double({ min: 12, max: 25, noNaN: true }), (seed, base, factor) => {
        const random = seeded(seed);
        const steady = series(21 * DAY_HOURS, () => poisson(base, random));
        // A young one has hardly any history: what starts with a single crash may seem to rise, once.
        const all = turns(steady).filter(({ kind }) => kind === 'escalate');
        expect(all.length).toBeLessThanOrEqual(1);
        expect(all.filter(({ hour }) => hour >= 7 * DAY_HOURS)).toEqual([]);
        const up = Math.max(60, base * factor);
        const step = series(21 * DAY_HOURS, (hour) => poisson(hour < 14 * DAY_HOURS ? base : up, random));
        const after = turns(step).filter(({ hour }) => hour >= 14 * DAY_HOURS);
        expect(after.map(({ kind }) => kind)).toEqual(['escalate']);
      }),
      { numRuns: 60 },
    );
  });

  it('turns at most once a calm time, whatever comes', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 24, maxLength: 15 * DAY_HOURS });
    fc.assert(
      fc.property(counts, (any) => {
        const starts = turns(any).filter(({ kind }) => kind === 'escalate');
        starts.forEach(({ hour }, index) => {
          const before = starts[index - 1];
          if (before !== undefined) expect(hour - before.hour).toBeGreaterThan(DAY_HOURS);
        });
      }),
      { numRuns: 60 },
    );
  });
});
