import type { DecisionView, MembershipProofView } from '@oopstream/contracts';
import type { MembershipProof, ProvenDecision } from '@oopstream/core-incident';
import type { DecisionRow } from '@oopstream/ports';
import { timeText, timeTextOrNull } from './time-text';

export function viewDecision(row: DecisionRow): DecisionView {
  return {
    ...{ id: row.id, kind: row.kind, actor: row.actor, note: row.note, opened: row.opened },
    at: timeText(row.atMs),
    from: row.fromNumber,
    to: row.toNumber,
    crashes: row.crashes,
    groupKeys: [...row.groupKeys],
    undoes: row.undoes,
    undoneBy: row.undoneBy,
  };
}

/** The decision behind something, where there is one. */
export function viewProven(decision: ProvenDecision | null) {
  if (decision === null) return null;
  const { id, kind, actor, atMs, note } = decision;
  return { id, kind, actor, note, at: timeText(atMs) };
}

export function viewProof(proof: MembershipProof): MembershipProofView {
  const { crashId, incidentNumber, rule, explanation, held, groupKey, groupText, key } = proof;
  return {
    ...{ crashId, incident: incidentNumber, rule, explanation, held, groupKey, groupText },
    decision: viewProven(proof.decision),
    pinnedBy: viewProven(proof.pinnedBy),
    key:
      key === null
        ? null
        : {
            ...{ groupKey: key.groupKey, incident: key.incidentNumber, reason: key.reason },
            ...{ score: key.score, detail: key.detail === null ? null : { ...key.detail } },
            attachedAt: timeText(key.attachedAtMs),
            decidedBy: viewProven(key.decidedBy),
          },
    memberships: proof.memberships.map((one) => ({
      incident: one.incidentNumber,
      from: timeText(one.fromMs),
      ...{ rule: one.rule, explanation: one.explanation, decision: viewProven(one.decision) },
    })),
    links: proof.links.map(({ transcriptId, primary, validFromMs, validToMs, reason, explanation: why }) => ({
      ...{ transcriptId, primary, reason, explanation: why },
      validFrom: timeText(validFromMs),
      validTo: timeTextOrNull(validToMs),
    })),
  };
}
