import type { IncidentState } from '../dedup-state';
import type { LifeSettings } from './life-settings';
import { obsoleteAfterMs } from './obsolescence';

/** @returns since when an open incident is quiet: its last crash, or its opening where that is later. */
export function quietSinceMs({ lastSeenAtMs, life }: IncidentState): number {
  return Math.max(lastSeenAtMs, life.openSinceMs);
}

/** When an incident that nothing happens to is to be looked at again; `null` for one that is closed and calm, or holds. */
export function dueAtMs(incident: IncidentState, nowMs: number, settings: LifeSettings): number | null {
  const { status, holding, trend, triage, life } = incident;
  if (holding) return null;
  if (status !== 'open') return trend === 'escalating' ? nowMs + settings.escalationCheckMs : null;
  const times: number[] = [];
  if (triage.mute === null) times.push(quietSinceMs(incident) + obsoleteAfterMs(incident, settings));
  if (trend === 'new') times.push(life.trendSinceMs + settings.newForMs);
  if (trend === 'regressed') times.push(life.trendSinceMs + settings.regressedForMs);
  if (trend === 'escalating') times.push(nowMs + settings.escalationCheckMs);
  if (triage.mute !== null && triage.mute.untilMs !== null) times.push(triage.mute.untilMs);
  return times.length === 0 ? null : Math.min(...times);
}

/** As {@link dueAtMs}, for an incident that crashes arrived for: whether it escalates is asked soon. */
export function dueAfterCrashMs(
  incident: IncidentState,
  nowMs: number,
  settings: LifeSettings,
): number | null {
  if (incident.holding) return null;
  // Obsolete ones come back. A resolved one may escalate where the fix is missing.
  if (incident.status === 'obsolete') return incident.dueAtMs;
  const dueMs = dueAtMs(incident, nowMs, settings) ?? Infinity;
  // One that crashes all the time keeps the time it has: else it were never looked at.
  return Math.min(dueMs, nowMs + settings.escalationCheckMs, incident.dueAtMs ?? Infinity);
}
