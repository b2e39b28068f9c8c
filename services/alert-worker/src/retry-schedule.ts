const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Waits before the second and each later attempt, counted from the end of the one before: the schedule that Standard
 * Webhooks 1.0 propose. The first attempt is immediate; after the tenth, some three days on, a delivery has failed.
 */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Most that chance adds to a delay, as a share of it: what failed together does not come back together. */
export const JITTER_SHARE = 0.2;

/**
 * @param attempt number of the attempt that failed, from 1
 * @param chance 0 (inclusive) to 1 (exclusive)
 * @param askedMs what the receiver's `Retry-After` asked for: never come back sooner
 * @returns milliseconds until the next attempt, `null` when that was the last
 */
export function nextDelayMs(attempt: number, chance: number, askedMs: number | null): number | null {
  const delayMs = RETRY_DELAYS_MS[attempt - 1];
  if (delayMs === undefined) return null;
  return Math.max(Math.round(delayMs * (1 + JITTER_SHARE * chance)), askedMs ?? 0);
}
