import { formatIncidentNumber } from '../incident-number';
import type { Act, Decided, Decision, KeyMove, KeyRefusal, Standing } from './decision';
import { refused } from './decision';
import { emptyPlan } from './plan-parts';

export interface UndoState {
  /** `null`: unknown. */
  readonly decision: Decision | null;
  /** Where it moved from and to, as they stand now. */
  readonly from: Standing | null;
  readonly to: Standing | null;
  /** What it did to keys. */
  readonly keys: readonly KeyMove[];
  /** Refusals that it put there. */
  readonly refused: readonly KeyRefusal[];
  /** Refusals that it lifted. */
  readonly lifted: readonly KeyRefusal[];
  /** A later decision in force that put one of its keys or crashes elsewhere; `null`: none. */
  readonly laterDecision: string | null;
}

/**
 * Takes a decision back: keys and crashes return to where they were, and with the keys the crashes that followed them
 * since. Refused while a later decision on the same keys, crashes or incidents is in force: that one is to be undone first.
 */
export function planUndo(state: UndoState, act: Act): Decided {
  const { decision, from, to, keys } = state;
  if (decision === null || from === null || to === null) return refused('decision-unknown');
  if (decision.kind === 'undo') return refused('decision-final', decision.id);
  if (decision.undoneBy !== null) return refused('decision-undone', decision.undoneBy);
  if (state.laterDecision !== null) return refused('decision-later', state.laterDecision);
  const inTheWay = mergedSince(decision, from, to);
  if (inTheWay !== null) return refused('decision-later', inTheWay);
  const [back, home] = [decision.toIncidentId, decision.fromIncidentId];
  const isMerge = decision.kind === 'merge';
  return {
    ...emptyPlan(act, 'undo', to.incident, home, { undoes: decision.id }),
    aliases: isMerge
      ? [
          { incidentId: home, into: null },
          ...decision.aliases.map((incidentId) => ({ incidentId, into: home })),
        ]
      : [],
    closeWhenEmpty: decision.opened ? { incidentId: back, into: home } : null,
    keys: keys.map((key) => ({
      groupKey: key.groupKey,
      fromIncidentId: key.toIncidentId,
      toIncidentId: key.fromIncidentId,
      decidedBefore: key.decidedAfter,
      decidedAfter: key.decidedBefore,
      reasonBefore: key.reasonAfter,
      reasonAfter: key.reasonBefore,
    })),
    crashes: {
      fromIncidentId: back,
      toIncidentId: home,
      select: {
        by: 'decision',
        decisionId: decision.id,
        groupKeys: keys.filter((key) => key.fromIncidentId !== key.toIncidentId).map((key) => key.groupKey),
      },
      pins: 'restore',
    },
    refuse: state.lifted,
    lift: state.refused,
  };
}

/** An incident of the decision that lives on elsewhere, other than by this decision. */
function mergedSince(decision: Decision, from: Standing, to: Standing): string | null {
  if (to.mergedInto !== null) return formatIncidentNumber(to.mergedInto.number);
  const asLeft = decision.kind === 'merge' ? to.incident.id : null;
  if ((from.mergedInto?.id ?? null) === asLeft) return null;
  return formatIncidentNumber((from.mergedInto ?? from.incident).number);
}
