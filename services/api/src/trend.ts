import { LIST_TREND_DAYS } from '@oopstream/contracts';
import type { IncidentDetail } from '@oopstream/contracts';
import type { FacetOptions, IncidentRow, TrendRow } from '@oopstream/ports';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LONGEST_HOURLY_MS = 3 * DAY_MS;
/** Hours are counted from the crashes themselves: too many of them are told by the day. */
const MOST_HOURLY_CRASHES = 10_000;
const MOST_DAYS = 90;

/** @returns which buckets an incident's trend has: hours for a young, small one, else up to 90 days to now. */
export function chooseTrend(incident: IncidentRow, nowMs: number): FacetOptions['trend'] {
  const ageMs = nowMs - incident.firstSeenAtMs;
  const hourly = ageMs < LONGEST_HOURLY_MS && incident.crashes <= MOST_HOURLY_CRASHES;
  const stepMs = hourly ? HOUR_MS : DAY_MS;
  const floor = (ms: number) => Math.floor(ms / stepMs) * stepMs;
  // A sender's clock may run ahead of ours: its crashes belong to the trend too, within reason.
  const lastMs = Math.max(nowMs, Math.min(incident.lastSeenAtMs, nowMs + DAY_MS));
  const toMs = floor(lastMs) + stepMs;
  const earliestMs = hourly ? toMs - LONGEST_HOURLY_MS - DAY_MS : toMs - MOST_DAYS * DAY_MS;
  const fromMs = Math.max(floor(Math.min(incident.firstSeenAtMs, lastMs)), earliestMs);
  return { bucket: hourly ? 'hour' : 'day', fromMs, toMs };
}

/** @returns the days that a listed incident's trend has, today last. */
export function listTrend(nowMs: number): { bucket: 'day'; fromMs: number; toMs: number } {
  const toMs = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
  return { bucket: 'day', fromMs: toMs - LIST_TREND_DAYS * DAY_MS, toMs };
}

/** Puts zeros where nothing happened. */
export function viewTrend(trend: FacetOptions['trend'], rows: readonly TrendRow[]): IncidentDetail['trend'] {
  const stepMs = trend.bucket === 'hour' ? HOUR_MS : DAY_MS;
  const byTime = new Map(rows.map((row) => [row.atMs, row]));
  const buckets: IncidentDetail['trend']['buckets'] = [];
  for (let atMs = trend.fromMs; atMs < trend.toMs; atMs += stepMs) {
    const row = byTime.get(atMs);
    buckets.push({
      at: new Date(atMs).toISOString(),
      fatal: row?.fatal ?? 0,
      survived: row?.survived ?? 0,
    });
  }
  return { bucket: trend.bucket, buckets };
}
