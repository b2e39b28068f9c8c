import { paddedTrend } from './padded-trend';

const day = (at: string) => ({ at, fatal: 1, survived: 0 });

describe('paddedTrend', () => {
  it('puts quiet buckets before the first one, without a gap', () => {
    const { buckets } = paddedTrend({
      bucket: 'day',
      buckets: [day('2026-11-22T00:00:00.000Z'), day('2026-11-23T00:00:00.000Z')],
    });
    expect(buckets).toHaveLength(14);
    expect(buckets[0]).toEqual({ at: '2026-11-10T00:00:00.000Z', fatal: 0, survived: 0 });
    expect(buckets[11]?.at).toBe('2026-11-21T00:00:00.000Z');
    expect(buckets.slice(12)).toEqual([day('2026-11-22T00:00:00.000Z'), day('2026-11-23T00:00:00.000Z')]);
  });

  it('leaves a long or empty trend alone', () => {
    const long = Array.from({ length: 30 }, (_, index) => day(new Date(index * 86_400_000).toISOString()));
    expect(paddedTrend({ bucket: 'day', buckets: long }).buckets).toBe(long);
    expect(paddedTrend({ bucket: 'hour', buckets: [] }).buckets).toEqual([]);
  });
});
