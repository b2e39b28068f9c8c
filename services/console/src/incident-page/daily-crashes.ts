import type { IncidentTrend } from '../api/models';

const DAYS = 14;
const DAY_MS = 86_400_000;

/** The trend by UTC day, oldest first, today last: the form in which the list has it, whatever the page's buckets are. */
export function dailyCrashes(trend: IncidentTrend, now: Date): readonly number[] {
  const today = Math.floor(now.getTime() / DAY_MS);
  const days = Array.from({ length: DAYS }, () => 0);
  for (const bucket of trend.buckets) {
    const at = DAYS - 1 - (today - Math.floor(Date.parse(bucket.at) / DAY_MS));
    if (at >= 0 && at < DAYS) days[at] = (days[at] ?? 0) + bucket.fatal + bucket.survived;
  }
  return days;
}
