import { dailyCrashes } from './daily-crashes';

const NOW = new Date('2026-11-23T03:00:00Z');

describe('dailyCrashes', () => {
  it('adds hours up to UTC days, today last', () => {
    const days = dailyCrashes(
      {
        bucket: 'hour',
        buckets: [
          { at: '2026-11-22T22:00:00.000Z', fatal: 1, survived: 2 },
          { at: '2026-11-22T23:00:00.000Z', fatal: 1, survived: 0 },
          { at: '2026-11-23T00:00:00.000Z', fatal: 5, survived: 0 },
        ],
      },
      NOW,
    );
    expect(days).toHaveLength(14);
    expect(days.slice(-3)).toEqual([0, 4, 5]);
  });

  it('leaves out what is older than two weeks or in the future', () => {
    const days = dailyCrashes(
      {
        bucket: 'day',
        buckets: [
          { at: '2026-11-09T00:00:00.000Z', fatal: 7, survived: 0 },
          { at: '2026-11-10T00:00:00.000Z', fatal: 3, survived: 0 },
          { at: '2026-11-24T00:00:00.000Z', fatal: 9, survived: 0 },
        ],
      },
      NOW,
    );
    expect(days[0]).toBe(3);
    expect(days.reduce((sum, day) => sum + day, 0)).toBe(3);
  });
});
