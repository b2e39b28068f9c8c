import type { IncidentChange, PlannedAudit, PlannedChange } from '../dedup-plan';
import type { IncidentState } from '../dedup-state';
import { formatIncidentNumber } from '../incident-number';
import type { DecisionKind, DecisionPlan } from './decision';

/** What applying a plan came to. */
export interface DecisionOutcome {
  /** Crashes that changed their incident or their pin. */
  readonly crashes: number;
  /** Both incidents of the decision as they are now. */
  readonly from: IncidentState;
  readonly to: IncidentState;
  /** The one that was emptied leads to the other now. */
  readonly closed: boolean;
  /** Kind of the decision that was taken back; `null` for all others. */
  readonly undoneKind: DecisionKind | null;
}

/** What the audit calls each kind. */
const ACTIONS: Record<DecisionKind, string> = {
  merge: 'incident.merged',
  split: 'incident.split',
  'pin-crash': 'incident.crash-pinned',
  'unpin-crash': 'incident.crash-unpinned',
  'pin-key': 'incident.key-pinned',
  'unpin-key': 'incident.key-unpinned',
  undo: 'incident.decision-undone',
};

/** Keys that an audit line names; all of them are stored with the decision. */
const SHOWN_KEYS = 20;

/** @returns a line of the audit for each incident of the decision. */
export function auditOf(plan: DecisionPlan, outcome: DecisionOutcome): PlannedAudit[] {
  const { decision } = plan;
  const { id, tenant, atMs, actor, kind, note } = decision;
  const { from, to } = outcome;
  const line = (incident: IncidentState): PlannedAudit => ({
    ...{ tenant, atMs, actor },
    action: ACTIONS[kind],
    subjectKind: 'incident',
    subjectId: incident.id,
    detail: {
      number: formatIncidentNumber(incident.number),
      decisionId: id,
      note,
      from: formatIncidentNumber(from.number),
      to: formatIncidentNumber(to.number),
      crashes: outcome.crashes,
      ...(plan.keys.length > 0 && {
        keys: plan.keys.length,
        groupKeys: plan.keys.slice(0, SHOWN_KEYS).map((key) => key.groupKey),
      }),
      ...(plan.crashes?.select.by === 'ids' && {
        crashIds: plan.crashes.select.crashIds.slice(0, SHOWN_KEYS),
      }),
      ...(decision.undoes !== null && { undoes: decision.undoes, undoneKind: outcome.undoneKind }),
    },
  });
  return incidentsOf(outcome).map(line);
}

/** @returns what others are told: where a merged incident went, and that the others hold other crashes now. */
export function changesOf(plan: DecisionPlan, outcome: DecisionOutcome): PlannedChange[] {
  const { decision, act } = plan;
  return incidentsOf(outcome).map((incident) => {
    const isGone = isMergedBy(plan, outcome, incident);
    const isOpened = plan.opened?.id === incident.id;
    const change: IncidentChange = isGone ? 'merged' : isOpened ? 'opened' : 'regrouped';
    const into = incident.id === outcome.from.id ? outcome.to : outcome.from;
    return {
      change,
      atMs: decision.atMs,
      incident,
      crash: null,
      traceparent: act.traceparent,
      mergedInto: isGone ? formatIncidentNumber(into.number) : null,
      decisionId: decision.id,
    };
  });
}

function isMergedBy(plan: DecisionPlan, outcome: DecisionOutcome, incident: IncidentState): boolean {
  if (outcome.closed && plan.closeWhenEmpty?.incidentId === incident.id) return true;
  return plan.aliases.some((alias) => alias.incidentId === incident.id && alias.into !== null);
}

function incidentsOf({ from, to }: DecisionOutcome): IncidentState[] {
  return from.id === to.id ? [from] : [from, to];
}
