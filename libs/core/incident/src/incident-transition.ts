import type { IncidentState, IncidentStatus } from './dedup-state';

/** What may happen to an incident's status, and what others call it. Anything not listed is illegal. */
const TRANSITIONS = {
  resolve: { open: { to: 'resolved', change: 'resolved' } },
  reopen: { resolved: { to: 'open', change: 'reopened' } },
  recur: { resolved: { to: 'open', change: 'recurred' } },
} as const satisfies Record<
  string,
  Partial<Record<IncidentStatus, { to: IncidentStatus; change: 'resolved' | 'reopened' | 'recurred' }>>
>;

export type IncidentEvent =
  | {
      readonly kind: 'resolve';
      readonly atMs: number;
      readonly by: string;
      /** Kernel release that holds the fix, as far as known. */
      readonly release: string | null;
    }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'recur' };

export type TransitionResult =
  | {
      readonly kind: 'changed';
      readonly incident: IncidentState;
      readonly change: 'resolved' | 'reopened' | 'recurred';
    }
  | { readonly kind: 'illegal'; readonly reason: 'transition-illegal'; readonly status: IncidentStatus };

/** Applies an event to an incident; pure. What was illegal left it as it was. */
export function transition(incident: IncidentState, event: IncidentEvent): TransitionResult {
  const row: Partial<
    Record<IncidentStatus, { to: IncidentStatus; change: 'resolved' | 'reopened' | 'recurred' }>
  > = TRANSITIONS[event.kind];
  const step = row[incident.status];
  if (step === undefined) return { kind: 'illegal', reason: 'transition-illegal', status: incident.status };
  const resolved =
    event.kind === 'resolve'
      ? { resolvedAtMs: event.atMs, resolvedBy: event.by, resolvedIn: event.release }
      : { resolvedAtMs: null, resolvedBy: null, resolvedIn: null };
  return {
    kind: 'changed',
    change: step.change,
    incident: {
      ...incident,
      ...resolved,
      status: step.to,
      recurrences: incident.recurrences + (event.kind === 'recur' ? 1 : 0),
    },
  };
}
