import * as fc from 'fast-check';
import { poissonInterval, shareInterval } from './interval';
import { binomialDensity, poissonDensity } from './density';
import { binomialAtLeast, binomialAtMost, poissonAtLeast, poissonBelow } from './tails';

const count = fc.integer({ min: 0, max: 5_000 });
const confidence = fc.constantFrom(0.8, 0.9, 0.95, 0.99, 0.999);

describe('Poisson', () => {
  // E. S. Pearson and H. O. Hartley, Biometrika Tables, table 40; chi-square quantiles / 2.
  it.each([
    [0, 0.95, 0, 3.6889],
    [1, 0.95, 0.0253, 5.5716],
    [2, 0.95, 0.2422, 7.2247],
    [5, 0.95, 1.6235, 11.6683],
    [10, 0.95, 4.7954, 18.3904],
    [20, 0.95, 12.2165, 30.8884],
    [100, 0.95, 81.36399, 121.62679],
    [0, 0.99, 0, 5.2983],
    [10, 0.99, 3.7169, 21.3978],
    [3, 0.9, 0.8177, 7.7537],
  ])('interval of %d at %d is that of the tables', (events, level, lower, upper) => {
    const interval = poissonInterval(events, level);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  it('tails at the ends of an interval are what is left of its confidence', () => {
    fc.assert(
      fc.property(count, confidence, (events, level) => {
        const { lower, upper } = poissonInterval(events, level);
        const tail = (1 - level) / 2;
        expect(poissonBelow(events + 1, upper) / tail).toBeCloseTo(1, 8);
        if (events > 0) expect(poissonAtLeast(events, lower) / tail).toBeCloseTo(1, 8);
        expect(lower).toBeLessThanOrEqual(events);
        expect(upper).toBeGreaterThan(events);
      }),
      { numRuns: 60 },
    );
  });

  it('both tails add up to one, and each is the sum of its densities', () => {
    fc.assert(
      fc.property(count, fc.double({ min: 0.001, max: 6_000, noNaN: true }), (events, mean) => {
        expect(poissonAtLeast(events, mean) + poissonBelow(events, mean)).toBeCloseTo(1, 12);
        expect(poissonAtLeast(events, mean) - poissonAtLeast(events + 1, mean)).toBeCloseTo(
          poissonDensity(events, mean),
          12,
        );
      }),
    );
  });

  it('covers the true mean at least as often as it says, whatever the mean', () => {
    for (const mean of [0.01, 0.5, 1, 2.3, 7, 40]) {
      let covered = 0;
      for (let events = 0; events < 200; events++) {
        const { lower, upper } = poissonInterval(events, 0.95);
        if (lower <= mean && mean <= upper) covered += poissonDensity(events, mean);
      }
      expect(covered).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('holds for counts of a year of a large fleet', () => {
    const { lower, upper } = poissonInterval(1_000_000, 0.95);
    expect(lower).toBeCloseTo(998_041, -1);
    expect(upper).toBeCloseTo(1_001_962, -1);
  });
});

describe('binomial', () => {
  it.each([
    [0, 10, 0, 0.3085],
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
    [8, 20, 0.1912, 0.6395],
    [1, 1000, 0.00002532, 0.005559],
  ])('interval of %d of %d is that of the tables', (events, trials, lower, upper) => {
    const interval = shareInterval(events, trials, 0.95);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  it('is the same seen from the other side', () => {
    fc.assert(
      fc.property(count, count, confidence, (events, rest, level) => {
        const one = shareInterval(events, events + rest, level);
        const other = shareInterval(rest, events + rest, level);
        expect(one.lower).toBeCloseTo(1 - other.upper, 10);
        expect(one.upper).toBeCloseTo(1 - other.lower, 10);
      }),
      { numRuns: 40 },
    );
  });

  it('tails fall with the count, rise with the share, and add up to one', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(count, count, share, (events, rest, at) => {
        const trials = events + rest;
        const tail = binomialAtLeast(events, trials, at);
        expect(tail + (events === 0 ? 0 : binomialAtMost(events - 1, trials, at))).toBeCloseTo(1, 11);
        expect(tail - binomialAtLeast(events + 1, trials, at)).toBeCloseTo(
          binomialDensity(events, trials, at),
          11,
        );
        expect(binomialAtLeast(events, trials, Math.min(1, at + 0.01))).toBeGreaterThanOrEqual(tail - 1e-13);
      }),
    );
  });

  it('is precise where a tail is tiny', () => {
    expect(binomialAtLeast(100, 100, 0.1) / 1e-100).toBeCloseTo(1, 10);
    expect(poissonAtLeast(100, 1) / (Math.exp(-1) / 9.332621544394415e157)).toBeCloseTo(
      1 + 1 / 101 + 1 / 101 / 102,
      5,
    );
  });
});
