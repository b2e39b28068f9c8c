import type { Escalation } from './incident-life';
import type { LifeSettings } from './life-settings';

const HOUR_MS = 3_600_000;
/** With less history the limit is that of young incidents. */
const YOUNG_MS = 7 * 24 * HOUR_MS;
/** Hours that a crash may count to: the running one, and the one before, since texts come late. */
const RECENT_HOURS = 2;

/** Crashes of an UTC hour by their own times. */
export interface HourCount {
  readonly hourMs: number;
  readonly crashes: number;
}

/** What an incident does, as of now. */
export interface Pulse {
  /** In any order; hours without crashes may be missing. */
  readonly hours: readonly HourCount[];
  /** Since when there could be crashes of it. */
  readonly sinceMs: number;
  /** Distinct hosts hit within the window. */
  readonly hostsHit: number;
  /** Hosts alive within the window; 0 where nobody heartbeats. */
  readonly livingHosts: number;
}

export interface EscalationLimit {
  readonly rule: 'spike' | 'bursty' | 'young';
  /** More crashes an hour than that escalate. */
  readonly limit: number;
}

/**
 * The limit of an hour by its history, as Sentry has it. From 7 days on, hours as values:
 * spike = avg + min(max((avg + 5·sd)/avg, 5), 8)·avg; bursty = max·min(max(2, 5·e^(−0.65·cv)), 5), cv = sd/avg; the larger
 * counts. Younger: 10 × the largest hour. Never less than the fewest crashes that escalate.
 *
 * @param history crashes of each hour, zeros included
 */
export function escalationLimit(history: readonly number[], settings: LifeSettings): EscalationLimit {
  const max = history.reduce((most, crashes) => Math.max(most, crashes), 0);
  const floor = settings.escalationMinCrashes - 1;
  if (history.length * HOUR_MS < YOUNG_MS) return { rule: 'young', limit: Math.max(floor, 10 * max) };
  const avg = history.reduce((sum, crashes) => sum + crashes, 0) / history.length;
  if (avg === 0) return { rule: 'spike', limit: floor };
  const sd = Math.sqrt(history.reduce((sum, crashes) => sum + (crashes - avg) ** 2, 0) / history.length);
  const spike = avg + Math.min(Math.max((avg + 5 * sd) / avg, 5), 8) * avg;
  const bursty = max * Math.min(Math.max(2, 5 * Math.exp((-0.65 * sd) / avg)), 5);
  return spike >= bursty
    ? { rule: 'spike', limit: Math.max(floor, spike) }
    : { rule: 'bursty', limit: Math.max(floor, bursty) };
}

export type TrendStep =
  | { readonly kind: 'escalate'; readonly escalation: Escalation; readonly measured: number }
  /** It escalates still; what it is to be remembered by changed. */
  | { readonly kind: 'watch'; readonly escalation: Escalation }
  | { readonly kind: 'calm' };

/**
 * Whether an incident begins to escalate, or has calmed down. It begins above a limit and ends after a whole time below
 * half of it: between both nothing changes, so that rates about a limit do not flap.
 *
 * @returns `null`: nothing changes
 */
export function judgeEscalation(
  known: Escalation | null,
  pulse: Pulse,
  nowMs: number,
  settings: LifeSettings,
): TrendStep | null {
  return known === null ? judgeStart(pulse, nowMs, settings) : judgeEnd(known, pulse, nowMs, settings);
}

function judgeStart(pulse: Pulse, nowMs: number, settings: LifeSettings): TrendStep | null {
  const start = (rule: Escalation['rule'], limit: number, measured: number): TrendStep => ({
    kind: 'escalate',
    escalation: { sinceMs: nowMs, rule, limit, calmSinceMs: null },
    measured,
  });
  const { recent, history } = hoursOf(pulse, nowMs, settings);
  // In its first hours an incident is new, and everybody was told so.
  if (history.length > 0) {
    const { rule, limit } = escalationLimit(history, settings);
    if (recent > limit) return start(rule, limit, recent);
  }
  const share = fleetShare(pulse, settings);
  return share !== null && share >= settings.shareLimit && pulse.hostsHit >= settings.shareMinHosts
    ? start('share', settings.shareLimit, share)
    : null;
}

function judgeEnd(known: Escalation, pulse: Pulse, nowMs: number, settings: LifeSettings): TrendStep | null {
  const share = fleetShare(pulse, settings) ?? 0;
  const measured = known.rule === 'share' ? share : hoursOf(pulse, nowMs, settings).recent;
  // One that escalated by its rate may hit a good part of the fleet by now: that would begin again at once.
  const isCalm = measured < known.limit / 2 && share < settings.shareLimit / 2;
  if (!isCalm) return known.calmSinceMs === null ? null : watch({ ...known, calmSinceMs: null });
  if (known.calmSinceMs === null) return watch({ ...known, calmSinceMs: nowMs });
  return nowMs - known.calmSinceMs >= settings.escalationCalmMs ? { kind: 'calm' } : null;
}

function watch(escalation: Escalation): TrendStep {
  return { kind: 'watch', escalation };
}

/** @returns the share of the living fleet that was hit; `null` where the fleet is too small to say. */
export function fleetShare({ hostsHit, livingHosts }: Pulse, settings: LifeSettings): number | null {
  if (livingHosts < settings.shareMinFleet) return null;
  return Math.min(1, hostsHit / livingHosts);
}

/** The most crashes of one of the latest hours, and those of each hour before them. */
function hoursOf(
  { hours, sinceMs }: Pulse,
  nowMs: number,
  settings: LifeSettings,
): { readonly recent: number; readonly history: readonly number[] } {
  const floor = (timeMs: number): number => Math.floor(timeMs / HOUR_MS) * HOUR_MS;
  const recentFromMs = floor(nowMs) - (RECENT_HOURS - 1) * HOUR_MS;
  const fromMs = Math.max(floor(sinceMs), recentFromMs - settings.escalationHistoryMs);
  const length = Math.max(0, (recentFromMs - fromMs) / HOUR_MS);
  const history = Array.from({ length }, () => 0);
  let recent = 0;
  for (const { hourMs, crashes } of hours) {
    // A sender's clock may run ahead: what seems to come later is of now.
    if (hourMs >= recentFromMs) recent = Math.max(recent, crashes);
    const index = (hourMs - fromMs) / HOUR_MS;
    if (index >= 0 && index < length) history[index] = (history[index] ?? 0) + crashes;
  }
  return { recent, history };
}
