import type { IncidentState, IncidentStatus } from './dedup-state';
import { NO_TRIAGE } from './life/incident-life';
import type { Escalation, IncidentFix, Mute, Trend } from './life/incident-life';

/** What an event made of an incident, as others are told. */
export type TransitionChange =
  | 'resolved'
  | 'reopened'
  | 'recurred'
  | 'obsoleted'
  | 'acknowledged'
  | 'assigned'
  | 'muted'
  | 'unmuted'
  | 'escalated'
  | 'calmed'
  | 'settled';

/** Why an event was refused. Closed list. */
export const TRANSITION_REFUSALS = {
  'already-open': 'it is open already',
  'already-resolved': 'it is resolved already, and nothing new was said of its fix',
  'already-obsolete': 'it is obsolete already',
  'not-open': 'it is not open',
  'already-acknowledged': 'it is acknowledged already',
  'already-assigned': 'it is assigned like that already',
  'not-muted': 'it is not muted',
  'mute-without-end': 'it was not said when the mute ends',
  'mute-past': 'the mute would be over at once',
  'trend-illegal': 'its trend cannot change like that',
} as const;
export type TransitionRefusal = keyof typeof TRANSITION_REFUSALS;

interface Step<State, Change> {
  readonly to: State;
  readonly change: Change;
}
type Table<State extends string> = Readonly<
  Record<string, Readonly<Record<State, Step<State, TransitionChange> | TransitionRefusal>>>
>;

/** What may happen to an incident's status, from each, and what others call it. */
export const STATUS_TRANSITIONS = {
  resolve: {
    open: { to: 'resolved', change: 'resolved' },
    // Only with something new about its fix.
    resolved: { to: 'resolved', change: 'resolved' },
    obsolete: { to: 'resolved', change: 'resolved' },
  },
  obsolete: {
    open: { to: 'obsolete', change: 'obsoleted' },
    resolved: 'not-open',
    obsolete: 'already-obsolete',
  },
  reopen: {
    open: 'already-open',
    resolved: { to: 'open', change: 'reopened' },
    obsolete: { to: 'open', change: 'reopened' },
  },
  recur: {
    open: 'already-open',
    resolved: { to: 'open', change: 'recurred' },
    obsolete: { to: 'open', change: 'recurred' },
  },
} as const satisfies Table<IncidentStatus>;

/**
 * What may happen to its trend while it is open. Recurring sets it besides: `regressed`, or `ongoing` after obsolete. A
 * resolved incident escalates and calms down too: its bug goes on where the fix is missing.
 */
export const TREND_TRANSITIONS = {
  escalate: {
    new: { to: 'escalating', change: 'escalated' },
    ongoing: { to: 'escalating', change: 'escalated' },
    regressed: { to: 'escalating', change: 'escalated' },
    escalating: 'trend-illegal',
  },
  calm: {
    new: 'trend-illegal',
    ongoing: 'trend-illegal',
    regressed: 'trend-illegal',
    escalating: { to: 'ongoing', change: 'calmed' },
  },
  settle: {
    new: { to: 'ongoing', change: 'settled' },
    ongoing: 'trend-illegal',
    regressed: { to: 'ongoing', change: 'settled' },
    escalating: 'trend-illegal',
  },
} as const satisfies Table<Trend>;

export type IncidentEvent =
  | {
      readonly kind: 'resolve';
      readonly atMs: number;
      readonly by: string;
      /** First fixed release of its branch, as far as known. */
      readonly release: string | null;
      readonly commit?: string | null;
      readonly livepatch?: string | null;
    }
  | { readonly kind: 'obsolete'; readonly atMs: number; readonly by: string }
  | { readonly kind: 'reopen'; readonly atMs: number }
  | { readonly kind: 'recur'; readonly atMs: number }
  | { readonly kind: 'acknowledge'; readonly atMs: number; readonly by: string }
  /** `null` takes it from whoever has it. */
  | { readonly kind: 'assign'; readonly to: string | null }
  /** `crashes` and `hosts` count from now on. */
  | { readonly kind: 'mute'; readonly atMs: number; readonly by: string; readonly until: MuteConditions }
  | { readonly kind: 'unmute'; readonly atMs: number }
  | { readonly kind: 'escalate'; readonly escalation: Escalation }
  | { readonly kind: 'calm'; readonly atMs: number }
  | { readonly kind: 'settle'; readonly atMs: number };

/** When a mute ends; the first that comes true ends it. `null`: does not. */
export interface MuteConditions {
  readonly untilMs: number | null;
  readonly crashes: number | null;
  readonly hosts: number | null;
  readonly release: string | null;
}

export type TransitionResult =
  | { readonly kind: 'changed'; readonly incident: IncidentState; readonly change: TransitionChange }
  | {
      readonly kind: 'illegal';
      readonly reason: TransitionRefusal;
      readonly status: IncidentStatus;
    };

type Applied = { readonly incident: IncidentState; readonly change: TransitionChange } | TransitionRefusal;

/** Applies an event to an incident; pure. What was illegal left it as it was. */
export function transition(incident: IncidentState, event: IncidentEvent): TransitionResult {
  const applied = apply(incident, event);
  return typeof applied === 'string'
    ? { kind: 'illegal', reason: applied, status: incident.status }
    : { kind: 'changed', ...applied };
}

function apply(incident: IncidentState, event: IncidentEvent): Applied {
  switch (event.kind) {
    case 'resolve':
      return resolve(incident, event);
    case 'obsolete':
      return close(incident, 'obsolete', { atMs: event.atMs, by: event.by, fix: null });
    case 'reopen':
    case 'recur':
      return open(incident, event);
    case 'acknowledge':
    case 'assign':
    case 'mute':
    case 'unmute':
      return triage(incident, event);
    case 'escalate':
    case 'calm':
    case 'settle':
      return turn(incident, event);
  }
}

type Of<Kind extends IncidentEvent['kind']> = Extract<IncidentEvent, { readonly kind: Kind }>;

function resolve(incident: IncidentState, event: Of<'resolve'>): Applied {
  const before = incident.status === 'resolved' ? incident.fix : null;
  const fix = widenFix(before, event);
  const isNews = JSON.stringify(fix) !== JSON.stringify(before);
  if (incident.status === 'resolved' && !isNews) return 'already-resolved';
  if (incident.status !== 'resolved')
    return close(incident, 'resolve', { atMs: event.atMs, by: event.by, fix });
  // Whoever says more of the fix does not resolve it anew: crashes since then are judged by what is known now.
  const resolvedIn = incident.resolvedIn ?? event.release;
  return { change: 'resolved', incident: { ...incident, fix, resolvedIn, dueAtMs: event.atMs } };
}

function widenFix(before: IncidentFix | null, said: Of<'resolve'>): IncidentFix | null {
  const { release, commit = null, livepatch = null } = said;
  if (release === null && commit === null && livepatch === null) return before;
  const { releases = [], livepatches = [] } = before ?? {};
  return {
    releases: release === null || releases.includes(release) ? releases : [...releases, release],
    commit: commit ?? before?.commit ?? null,
    livepatches:
      livepatch === null || livepatches.includes(livepatch) ? livepatches : [...livepatches, livepatch],
  };
}

function close(
  incident: IncidentState,
  kind: 'resolve' | 'obsolete',
  { atMs, by, fix }: { readonly atMs: number; readonly by: string; readonly fix: IncidentFix | null },
): Applied {
  const step = STATUS_TRANSITIONS[kind][incident.status];
  if (typeof step === 'string') return step;
  return {
    change: step.change,
    incident: {
      ...incident,
      status: step.to,
      resolvedAtMs: atMs,
      resolvedBy: by,
      resolvedIn: fix?.releases[0] ?? null,
      fix,
      trend: incident.trend === 'escalating' ? 'ongoing' : incident.trend,
      triage: { ...incident.triage, mute: null },
      life: { ...incident.life, escalation: null, unordered: [] },
      dueAtMs: null,
    },
  };
}

function open(incident: IncidentState, { kind, atMs }: Of<'reopen' | 'recur'>): Applied {
  const step = STATUS_TRANSITIONS[kind][incident.status];
  if (typeof step === 'string') return step;
  const recurs = kind === 'recur';
  return {
    change: step.change,
    incident: {
      ...incident,
      status: step.to,
      resolvedAtMs: null,
      resolvedBy: null,
      resolvedIn: null,
      fix: null,
      recurrences: incident.recurrences + (recurs ? 1 : 0),
      trend: recurs && incident.status === 'resolved' ? 'regressed' : 'ongoing',
      // Who looked at it looked at what was over.
      triage: recurs ? { ...NO_TRIAGE, assignee: incident.triage.assignee } : incident.triage,
      life: { ...incident.life, openSinceMs: atMs, trendSinceMs: atMs, escalation: null, unordered: [] },
      dueAtMs: atMs,
    },
  };
}

function triage(incident: IncidentState, event: Of<'acknowledge' | 'assign' | 'mute' | 'unmute'>): Applied {
  const { triage: known } = incident;
  switch (event.kind) {
    case 'acknowledge': {
      if (incident.status !== 'open') return 'not-open';
      if (known.acknowledgedAtMs !== null) return 'already-acknowledged';
      const acknowledged = { acknowledgedAtMs: event.atMs, acknowledgedBy: event.by };
      return { change: 'acknowledged', incident: { ...incident, triage: { ...known, ...acknowledged } } };
    }
    case 'assign':
      if (known.assignee === event.to) return 'already-assigned';
      return { change: 'assigned', incident: { ...incident, triage: { ...known, assignee: event.to } } };
    case 'mute': {
      if (incident.status !== 'open') return 'not-open';
      const mute = muteOf(incident, event);
      if (typeof mute === 'string') return mute;
      return { change: 'muted', incident: { ...incident, triage: { ...known, mute }, dueAtMs: event.atMs } };
    }
    case 'unmute':
      if (known.mute === null) return 'not-muted';
      return {
        change: 'unmuted',
        incident: { ...incident, triage: { ...known, mute: null }, dueAtMs: event.atMs },
      };
  }
}

function muteOf(incident: IncidentState, { atMs, by, until }: Of<'mute'>): Mute | TransitionRefusal {
  const { untilMs, crashes, hosts, release } = until;
  if ([untilMs, crashes, hosts, release].every((condition) => condition === null)) return 'mute-without-end';
  if (untilMs !== null && untilMs <= atMs) return 'mute-past';
  return {
    atMs,
    by,
    untilMs,
    crashes: crashes === null ? null : incident.crashes + crashes,
    hosts: hosts === null ? null : incident.hosts + hosts,
    release,
  };
}

function turn(incident: IncidentState, event: Of<'escalate' | 'calm' | 'settle'>): Applied {
  if (incident.status === 'obsolete' || (incident.status === 'resolved' && event.kind === 'settle'))
    return 'not-open';
  const step = TREND_TRANSITIONS[event.kind][incident.trend];
  if (typeof step === 'string') return step;
  const escalation = event.kind === 'escalate' ? event.escalation : null;
  const trendSinceMs = event.kind === 'escalate' ? event.escalation.sinceMs : event.atMs;
  const life = { ...incident.life, trendSinceMs, escalation };
  return { change: step.change, incident: { ...incident, trend: step.to, life } };
}
