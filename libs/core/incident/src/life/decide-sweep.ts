import { CHANGE_WEIGHT } from './change-weight';
import type { PlannedAudit, PlannedChange } from '../dedup-plan';
import type { IncidentState } from '../dedup-state';
import { formatIncidentNumber } from '../incident-number';
import { transition } from '../incident-transition';
import type { IncidentEvent, TransitionChange } from '../incident-transition';
import { dueAtMs, quietSinceMs } from './due';
import { episodeOf } from './episode';
import type { PlannedEpisode } from './episode';
import { fleetShare, judgeEscalation } from './escalation';
import type { Pulse } from './escalation';
import type { FixRow } from './fix-table';
import type { LifeSettings } from './life-settings';
import { judgeUnordered } from './meet-crash';
import type { ChangeWhy } from './meet-crash';
import { muteEnd } from './mute';
import { obsoleteAfterMs } from './obsolescence';
import { withSeverity } from './with-severity';

/** What a step of the life sweep has to know: incidents that are due, locked. */
export interface SweepState {
  readonly incidents: readonly IncidentState[];
  readonly pulses: readonly (Pulse & { readonly incidentId: string })[];
  /** Of the commits that those incidents were resolved by. */
  readonly fixes: readonly FixRow[];
  /** Enabled webhook endpoints of their tenants. */
  readonly endpoints: readonly { readonly tenant: string; readonly id: string }[];
}

/** Everything that a step changes: applied whole or not at all. */
export interface SweepPlan {
  readonly incidents: readonly IncidentState[];
  readonly episodes: readonly PlannedEpisode[];
  readonly changes: readonly PlannedChange[];
  readonly audit: readonly PlannedAudit[];
}

const DAY_MS = 86_400_000;
const NO_PULSE: Pulse = { hours: [], sinceMs: 0, hostsHit: 0, livingHosts: 0 };

/**
 * What time alone does to incidents: they are given up, escalate, calm down, are new no more, speak again; and what came
 * to be known of fixes since. Pure; done twice at one time it changes nothing more.
 */
export function decideSweep(state: SweepState, nowMs: number, settings: LifeSettings): SweepPlan {
  const pulses = new Map(state.pulses.map((pulse) => [pulse.incidentId, pulse]));
  const looks = state.incidents.map((incident) => {
    const look = new Look(incident, nowMs);
    look.at({ pulse: pulses.get(incident.id) ?? NO_PULSE, fixes: state.fixes, settings });
    return look;
  });
  return {
    incidents: looks.map((look) => look.incident),
    episodes: looks.flatMap((look) => look.episodes),
    changes: looks.flatMap((look) => look.told()),
    audit: looks.flatMap((look) => look.audit),
  };
}

interface Knowledge {
  readonly pulse: Pulse;
  readonly fixes: readonly FixRow[];
  readonly settings: LifeSettings;
}

/** One incident while it is looked at. */
class Look {
  readonly episodes: PlannedEpisode[] = [];
  readonly audit: PlannedAudit[] = [];
  private change: { readonly change: PlannedChange['change']; readonly why: ChangeWhy } | null = null;

  constructor(
    public incident: IncidentState,
    private readonly nowMs: number,
  ) {}

  at(known: Knowledge): void {
    const { settings, pulse } = known;
    if (this.incident.status === 'resolved') this.lookAtFix(known.fixes);
    if (this.incident.status !== 'obsolete' && !this.incident.holding) {
      this.lookAtMute();
      const share = fleetShare(pulse, settings);
      this.incident = { ...this.incident, life: { ...this.incident.life, fleetShare: share } };
      this.lookAtTrend(pulse, settings);
    }
    if (this.incident.status === 'open' && !this.incident.holding) this.lookAtQuiet(settings);
    this.incident = withSeverity({
      ...this.incident,
      dueAtMs: later(dueAtMs(this.incident, this.nowMs, settings), this.nowMs),
    });
  }

  /** What others are told: the last and heaviest of what happened. */
  told(): PlannedChange[] {
    if (this.change === null) return [];
    return [{ ...this.change, atMs: this.nowMs, incident: this.incident, crash: null, traceparent: null }];
  }

  private lookAtFix(fixes: readonly FixRow[]): void {
    const meeting = judgeUnordered(this.incident, fixes, this.nowMs);
    if (meeting === null) return;
    this.incident = meeting.incident;
    if (meeting.change === 'recurred') this.note('recurred', meeting.why, meeting.detail);
  }

  private lookAtMute(): void {
    const ended = muteEnd(this.incident, null, this.nowMs);
    if (ended === null) return;
    const why = { reason: ended, text: 'The mute ended: its condition came true.' };
    this.apply({ kind: 'unmute', atMs: this.nowMs }, why, { mute: this.incident.triage.mute });
  }

  private lookAtTrend(pulse: Pulse, settings: LifeSettings): void {
    const { trend, life } = this.incident;
    const step = judgeEscalation(life.escalation, pulse, this.nowMs, settings);
    if (step?.kind === 'watch')
      this.incident = { ...this.incident, life: { ...life, escalation: step.escalation } };
    if (step?.kind === 'escalate') {
      const { rule, limit } = step.escalation;
      const detail = { rule, limit, measured: step.measured };
      const why = escalationWhy(detail, this.incident.status === 'resolved');
      this.apply({ kind: 'escalate', escalation: step.escalation }, why, detail);
    }
    if (step?.kind === 'calm') {
      const text = 'It was below half of its limit for long enough.';
      this.apply({ kind: 'calm', atMs: this.nowMs }, { reason: 'calm', text }, {});
    }
    const settlesMs = trend === 'regressed' ? settings.regressedForMs : settings.newForMs;
    const isYoung = this.incident.trend === 'new' || this.incident.trend === 'regressed';
    if (isYoung && this.nowMs >= life.trendSinceMs + settlesMs)
      this.apply(
        { kind: 'settle', atMs: this.nowMs },
        { reason: 'settled', text: 'It is here for a while.' },
        {},
      );
  }

  private lookAtQuiet(settings: LifeSettings): void {
    const { triage, crashes } = this.incident;
    const quietMs = obsoleteAfterMs(this.incident, settings);
    // Who muted it said when to speak of it again.
    if (triage.mute !== null || this.nowMs < quietSinceMs(this.incident) + quietMs) return;
    const quietDays = Math.round((10 * quietMs) / DAY_MS) / 10;
    const text = `No crash for ${quietDays} days; at its own rate there would have been one.`;
    const event = { kind: 'obsolete', atMs: this.nowMs, by: 'machine' } as const;
    this.apply(event, { reason: 'quiet', text }, { quietDays, crashes });
  }

  private apply(event: IncidentEvent, why: ChangeWhy, detail: Readonly<Record<string, unknown>>): void {
    const result = transition(this.incident, event);
    if (result.kind === 'illegal') return;
    this.incident = result.incident;
    this.note(result.change, why, detail);
  }

  private note(change: TransitionChange, why: ChangeWhy, detail: Readonly<Record<string, unknown>>): void {
    const { tenant, id, number } = this.incident;
    const episode = episodeOf(change, this.incident, { atMs: this.nowMs, why: why.reason, crashId: null });
    if (episode !== null) this.episodes.push(episode);
    this.audit.push({
      ...{ tenant, atMs: this.nowMs, actor: 'machine', action: `incident.${change}` },
      ...{ subjectKind: 'incident', subjectId: id },
      detail: { number: formatIncidentNumber(number), ...why, ...detail },
    });
    if (this.change === null || CHANGE_WEIGHT[change] >= CHANGE_WEIGHT[this.change.change])
      this.change = { change, why };
  }
}

/** Never now again: a sweep comes to its end. */
function later(dueMs: number | null, nowMs: number): number | null {
  return dueMs === null ? null : Math.max(dueMs, nowMs + 1);
}

function escalationWhy(
  found: { readonly rule: string; readonly limit: number; readonly measured: number },
  isResolved: boolean,
): ChangeWhy {
  const { rule, limit, measured } = found;
  const where = isResolved ? ' It is resolved: they run what the fix is not in.' : '';
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const text =
    rule === 'share'
      ? `It hit ${percent(measured)} of the living fleet; the limit is ${percent(limit)}.`
      : `${measured} crashes in an hour; by its own history the limit is ${limit.toFixed(1)} (${rule}).`;
  return { reason: `escalated-${rule}`, text: text + where };
}
