import { poissonInterval } from './interval';
import type { Interval } from './interval';

export const DEFAULT_CONFIDENCE = 0.95;

/** Events for each 1,000 host-days. */
export interface Rate extends Interval {
  readonly value: number;
}

/**
 * How often it happens, for each 1,000 host-days, with the exact Poisson interval.
 *
 * @param count whole and ≥ 0. @returns `null` where nobody was there to see it: no host-days, no rate.
 */
export function rate(count: number, hostDays: number, confidence = DEFAULT_CONFIDENCE): Rate | null {
  if (!(hostDays > 0)) return null;
  const per = 1000 / hostDays;
  const { lower, upper } = poissonInterval(count, confidence);
  return { value: count * per, lower: lower * per, upper: upper * per };
}
