import fc from 'fast-check';
import { JITTER_SHARE, RETRY_DELAYS_MS, nextDelayMs } from './retry-schedule';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('nextDelayMs', () => {
  it('is the schedule of Standard Webhooks 1.0 without chance, and ends after the tenth attempt', () => {
    const delays = Array.from({ length: 10 }, (_, index) => nextDelayMs(index + 1, 0, null));
    expect(delays).toEqual([
      5_000,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      5 * HOUR_MS,
      10 * HOUR_MS,
      14 * HOUR_MS,
      20 * HOUR_MS,
      24 * HOUR_MS,
      null,
    ]);
  });

  it('never comes sooner than the schedule or than asked, nor later than jitter or asking explain', () => {
    const attempts = fc.integer({ min: 1, max: RETRY_DELAYS_MS.length });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const asked = fc.option(fc.integer({ min: 0, max: 48 * HOUR_MS }));
    fc.assert(
      fc.property(attempts, chance, asked, (attempt, share, askedMs) => {
        const delayMs = nextDelayMs(attempt, share, askedMs)!;
        const scheduledMs = RETRY_DELAYS_MS[attempt - 1]!;
        expect(delayMs).toBeGreaterThanOrEqual(Math.max(scheduledMs, askedMs ?? 0));
        expect(delayMs).toBeLessThanOrEqual(Math.max(scheduledMs * (1 + JITTER_SHARE), askedMs ?? 0));
      }),
    );
  });

  it('gives up after the last attempt, whatever the receiver asked for', () => {
    expect(nextDelayMs(10, 0.5, 60_000)).toBeNull();
    expect(nextDelayMs(11, 0.5, null)).toBeNull();
  });
});
