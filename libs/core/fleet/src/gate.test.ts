import * as fc from 'fast-check';
import { gate } from './gate';
import type { Verdict } from './gate';
import { rate } from './rate';

/** mulberry32: figures of a run are those of the next. */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

const exposure = fc.record({
  crashes: fc.integer({ min: 0, max: 300 }),
  hostDays: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
});

describe('rate', () => {
  it('is for each 1,000 host-days, with the interval of the count', () => {
    const found = rate(5, 2_000)!;
    expect(found.value).toBe(2.5);
    expect(found.lower).toBeCloseTo(1.6235 / 2, 4);
    expect(found.upper).toBeCloseTo(11.6683 / 2, 4);
  });

  it('is none where nobody was there, and bounded where nothing happened', () => {
    expect(rate(3, 0)).toBeNull();
    expect(rate(0, 1_000)).toEqual({ value: 0, lower: 0, upper: expect.closeTo(3.6889, 4) as number });
  });
});

describe('gate', () => {
  it('is the exact binomial test: six of six on the one of two alike', () => {
    const six = gate({ crashes: 0, hostDays: 500 }, { crashes: 6, hostDays: 500 });
    expect(six).toMatchObject({ verdict: 'worse', why: 'rate-rose', ratio: Infinity });
    expect(six.pValue).toBeCloseTo(1 / 64, 12);
    const five = gate({ crashes: 0, hostDays: 500 }, { crashes: 5, hostDays: 500 });
    expect(five).toMatchObject({ verdict: 'not-enough-data', why: 'ratio-open' });
    expect(five.pValue).toBeCloseTo(1 / 32, 12);
  });

  it('does not take absence of proof for proof of absence', () => {
    const few = gate({ crashes: 3, hostDays: 10_000 }, { crashes: 0, hostDays: 100 });
    expect(few.verdict).toBe('not-enough-data');
    const many = gate({ crashes: 300, hostDays: 10_000 }, { crashes: 290, hostDays: 10_000 });
    expect(many).toMatchObject({ verdict: 'not-worse', why: 'ratio-bounded' });
    expect(many.interval.upper).toBeLessThan(2);
    expect(gate({ crashes: 0, hostDays: 1e6 }, { crashes: 0, hostDays: 1e6 })).toEqual({
      verdict: 'not-enough-data',
      why: 'ratio-open',
      ratio: null,
      interval: { lower: 0, upper: Infinity },
      pValue: 1,
      detectableRatio: null,
    });
  });

  it('says not worse of what is surely acceptable, but never of what rose', () => {
    const quiet = { crashes: 0, hostDays: 10_000 };
    expect(gate(quiet, quiet, { acceptableRate: 0.5 })).toMatchObject({
      verdict: 'not-worse',
      why: 'rate-acceptable',
    });
    expect(gate(quiet, quiet, { acceptableRate: 0.3 }).verdict).toBe('not-enough-data');
    const rose = { crashes: 20, hostDays: 10_000 };
    expect(gate(quiet, rose, { acceptableRate: 100 }).verdict).toBe('worse');
  });

  it('wants host-days of both', () => {
    const none = gate({ crashes: 0, hostDays: 0 }, { crashes: 9, hostDays: 10 });
    expect(none).toMatchObject({ verdict: 'not-enough-data', why: 'no-host-days', ratio: null });
  });

  it('seen from the other side, ratio and interval are turned over', () => {
    fc.assert(
      fc.property(exposure, exposure, (a, b) => {
        const [there, back] = [gate(a, b), gate(b, a)];
        if (a.crashes > 0 && b.crashes > 0) {
          expect(there.ratio! * back.ratio!).toBeCloseTo(1, 9);
          expect(there.interval.lower * back.interval.upper).toBeCloseTo(1, 8);
        }
        expect([there.verdict, back.verdict]).not.toEqual(['worse', 'worse']);
      }),
    );
  });

  it('is worse exactly where the interval lies above 1, and a crash more never makes it better', () => {
    fc.assert(
      fc.property(exposure, exposure, (a, b) => {
        const found = gate(a, b);
        if (Math.abs(found.interval.lower - 1) > 1e-9)
          expect(found.verdict === 'worse').toBe(found.interval.lower > 1);
        const more = gate(a, { ...b, crashes: b.crashes + 1 });
        expect(more.pValue).toBeLessThanOrEqual(found.pValue + 1e-12);
        if (found.verdict === 'worse') expect(more.verdict).toBe('worse');
      }),
    );
  });

  it('only the ratio of host-days matters to whether the rate rose', () => {
    fc.assert(
      fc.property(exposure, exposure, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, b, factor) => {
        const scaled = gate({ ...a, hostDays: a.hostDays * factor }, { ...b, hostDays: b.hostDays * factor });
        expect(scaled.pValue).toBeCloseTo(gate(a, b).pValue, 9);
      }),
    );
  });

  it('errs no more often than it says, and sees what it says it would see', () => {
    const random = seeded(20261123);
    const runs = 3_000;
    const known = new Map<string, Verdict>();
    const verdictOf = (old: number, recent: number): Verdict => {
      const key = `${old} ${recent}`;
      const verdict =
        known.get(key) ??
        gate({ crashes: old, hostDays: 3_000 }, { crashes: recent, hostDays: 1_000 }).verdict;
      known.set(key, verdict);
      return verdict;
    };
    const verdicts = (ratio: number) => {
      const counts = { worse: 0, 'not-worse': 0, 'not-enough-data': 0 };
      for (let run = 0; run < runs; run++) {
        counts[verdictOf(poisson(30, random), poisson(10 * ratio, random))]++;
      }
      return counts;
    };
    expect(verdicts(1).worse / runs).toBeLessThanOrEqual(0.025);
    expect(verdicts(2)['not-worse'] / runs).toBeLessThanOrEqual(0.025);
    expect(verdicts(5).worse / runs).toBeGreaterThan(0.99);
    const { detectableRatio } = gate({ crashes: 30, hostDays: 3_000 }, { crashes: 10, hostDays: 1_000 });
    expect(detectableRatio).toBeGreaterThan(2);
    expect(detectableRatio).toBeLessThan(4);
  });
});
