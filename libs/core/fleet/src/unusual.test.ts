import * as fc from 'fast-check';
import { drawnAtLeast, unusual } from './unusual';

describe('hypergeometric tail', () => {
  it('is that of the lady tasting tea', () => {
    expect(drawnAtLeast(4, 4, 4, 8)).toBeCloseTo(1 / 70, 12);
    expect(drawnAtLeast(3, 4, 4, 8)).toBeCloseTo(17 / 70, 12);
    expect(drawnAtLeast(2, 4, 4, 8)).toBeCloseTo(53 / 70, 12);
  });

  it('does not care which of the two marks is the draw', () => {
    const draw = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(draw, draw, fc.integer({ min: 0, max: 400 }), (a, b, hits) => {
        const all = 1_000;
        expect(drawnAtLeast(hits, a, b, all)).toBeCloseTo(drawnAtLeast(hits, b, a, all), 10);
        expect(drawnAtLeast(hits + 1, a, b, all)).toBeLessThanOrEqual(drawnAtLeast(hits, a, b, all) + 1e-12);
        // At least so many that are marked is at most so many that are not.
        expect(drawnAtLeast(hits, a, b, all) + drawnAtLeast(a - hits + 1, a, all - b, all)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('holds for a large fleet', () => {
    expect(drawnAtLeast(1, 50, 2_000, 100_000)).toBeCloseTo(1 - 0.98 ** 50, 3);
    expect(drawnAtLeast(50, 50, 2_000, 100_000)).toBeGreaterThan(0);
  });
});

describe('unusual', () => {
  const dull = Array.from({ length: 40 }, (_, i) => ({
    facet: 'rack',
    value: `r${i}`,
    crashed: i % 2,
    fleet: 250,
  }));

  it('finds the BIOS that nearly all crashed hosts have', () => {
    const found = unusual([...dull, { facet: 'bios', value: '1.2', crashed: 18, fleet: 500 }], 20, 10_000);
    expect(found).toMatchObject([{ facet: 'bios', value: '1.2', lift: 18 }]);
    expect(found[0]!.qValue).toBeLessThan(1e-15);
    expect(found[0]!.qValue).toBeGreaterThan(found[0]!.pValue);
  });

  it('finds nothing in what chance explains, nor in what all have', () => {
    expect(unusual(dull, 20, 10_000)).toEqual([]);
    expect(unusual([{ facet: 'arch', value: 'x', crashed: 20, fleet: 10_000 }], 20, 10_000)).toEqual([]);
    expect(unusual([], 0, 0)).toEqual([]);
  });

  it('asks more of a find the more was looked at', () => {
    const find = { facet: 'nic', value: 'fw 7', crashed: 4, fleet: 400 };
    const alone = unusual([find], 20, 10_000);
    expect(alone).toHaveLength(1);
    expect(unusual([find, ...dull], 20, 10_000)).toEqual([]);
    expect(alone[0]!.qValue).toBe(alone[0]!.pValue);
    expect(unusual([find], 20, 10_000, 0.05, 1_000)).toEqual([]);
  });
});
