import type { IncidentTrend } from '../api/models';

const AT_LEAST = { hour: 24, day: 14 } as const;
const STEP_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/**
 * A young incident has few buckets, which would be drawn absurdly wide. Before it was first seen nothing happened by
 * definition, so buckets of zero are put in front, up to a day of hours or two weeks of days.
 */
export function paddedTrend(trend: IncidentTrend): IncidentTrend {
  const [first] = trend.buckets;
  const missing = AT_LEAST[trend.bucket] - trend.buckets.length;
  if (first === undefined || missing <= 0) return trend;
  const before = Array.from({ length: missing }, (_, index) => ({
    at: new Date(Date.parse(first.at) - (missing - index) * STEP_MS[trend.bucket]).toISOString(),
    fatal: 0,
    survived: 0,
  }));
  return { bucket: trend.bucket, buckets: [...before, ...trend.buckets] };
}
