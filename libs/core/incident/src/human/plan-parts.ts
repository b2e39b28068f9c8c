import { formatIncidentNumber } from '../incident-number';
import type {
  Act,
  Decision,
  DecisionKind,
  DecisionPlan,
  KeyMove,
  Refused,
  Standing,
  StandingKey,
} from './decision';
import { refused } from './decision';

/** @returns why an incident cannot be decided about; `null` when it can */
export function whyNot({ incident, mergedInto }: Standing): Refused | null {
  if (mergedInto !== null) return refused('incident-merged', formatIncidentNumber(mergedInto.number));
  if (incident.holding) return refused('incident-holding', formatIncidentNumber(incident.number));
  return null;
}

/** A plan that changes nothing yet. */
export function emptyPlan(
  act: Act,
  kind: DecisionKind,
  from: Standing['incident'],
  toIncidentId: string,
  more: Partial<Pick<Decision, 'opened' | 'aliases' | 'undoes'>> = {},
): DecisionPlan {
  const { id, atMs, actor, note } = act;
  return {
    kind: 'plan',
    act,
    decision: {
      ...{ id, atMs, actor, note, kind, toIncidentId },
      tenant: from.tenant,
      fromIncidentId: from.id,
      opened: false,
      aliases: [],
      undoes: null,
      undoneBy: null,
      ...more,
    },
    opened: null,
    aliases: [],
    closeWhenEmpty: null,
    keys: [],
    crashes: null,
    refuse: [],
    lift: [],
  };
}

/** A key that a person puts into an incident. */
export function moveKey(key: StandingKey, toIncidentId: string, by: string, reason: string): KeyMove {
  return {
    groupKey: key.groupKey,
    fromIncidentId: key.incidentId,
    toIncidentId,
    decidedBefore: key.decidedBy,
    decidedAfter: by,
    reasonBefore: key.reason,
    reasonAfter: reason,
  };
}
