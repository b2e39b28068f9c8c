import type { LifeSettings } from './life-settings';

const DAY_MS = 86_400_000;
/** With this certainty a crash would have come meanwhile, if crashes still came at the same rate. */
const CERTAINTY = 0.99;
/** And then three times as long, as syzbot does (dashboard/app/reporting.go, obsoletePeriod). */
const PATIENCE = 3;

/**
 * Quiet time after which an incident is given up: r = (n−1)/days between its first and last crash,
 * t = 3·ln(1/(1−0.99))/r, within bounds. One crash a day: 13.8 days.
 */
export function obsoleteAfterMs(
  incident: { readonly crashes: number; readonly firstSeenAtMs: number; readonly lastSeenAtMs: number },
  settings: LifeSettings,
): number {
  const { crashes, firstSeenAtMs, lastSeenAtMs } = incident;
  if (crashes < settings.obsoleteMinCrashes || crashes < 2) return settings.obsoleteFewMs;
  const days = Math.max(0, lastSeenAtMs - firstSeenAtMs) / DAY_MS;
  const quietMs = ((PATIENCE * Math.log(1 / (1 - CERTAINTY))) / ((crashes - 1) / days)) * DAY_MS;
  return Math.min(settings.obsoleteMaxMs, Math.max(settings.obsoleteMinMs, quietMs));
}
