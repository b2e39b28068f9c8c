import type { Decision, KeyMove, KeyRefusal, UndoState } from '@oopstream/core-incident';
import type { Sql } from '../pool';
import { lockStanding } from './load-standing';

const SELECT_DECISION = `
SELECT id, tenant, kind, actor, at AS "atMs", note, from_incident AS "fromIncidentId", to_incident AS "toIncidentId",
  opened, aliases, undoes, undone_by AS "undoneBy"
FROM oopstream.decision WHERE tenant = $1 AND id = $2::uuid`;

const SELECT_KEYS = `
SELECT d.group_key AS "groupKey", d.from_incident AS "fromIncidentId", d.to_incident AS "toIncidentId",
  d.decided_before AS "decidedBefore", d.decided_after AS "decidedAfter", d.reason_before AS "reasonBefore",
  key.reason AS "reasonAfter"
FROM oopstream.decision_key d
LEFT JOIN oopstream.incident_key key ON key.tenant = d.tenant AND key.group_key = d.group_key
WHERE d.decision_id = $1::uuid ORDER BY d.group_key COLLATE "C"`;

const SELECT_REFUSALS = `
SELECT d.group_key AS "groupKey", d.incident_id AS "incidentId", d.lifted_from AS "liftedFrom"
FROM oopstream.decision_refusal d WHERE d.decision_id = $1::uuid ORDER BY d.incident_id, d.group_key COLLATE "C"`;

/** The last decision in force after this one, on a key or crash that is not as this one left it. */
const SELECT_LATER = `
SELECT later.id FROM (
  SELECT other.decision_id FROM oopstream.decision_key mine
  JOIN oopstream.decision_key other ON other.tenant = mine.tenant AND other.group_key = mine.group_key
  JOIN oopstream.incident_key key ON key.tenant = mine.tenant AND key.group_key = mine.group_key
  WHERE mine.decision_id = $1::uuid
    AND (key.incident_id, key.decided_by) IS DISTINCT FROM (mine.to_incident, mine.decided_after)
  UNION
  SELECT other.decision_id FROM oopstream.decision_crash mine
  JOIN oopstream.decision_crash other ON other.crash_id = mine.crash_id AND other.decision_id <> mine.decision_id
  LEFT JOIN oopstream.crash c ON c.crash_id = mine.crash_id AND c.received_at = mine.received_at
  WHERE mine.decision_id = $1::uuid AND (c.crash_id IS NULL
    OR (c.incident_id, c.pinned_by) IS DISTINCT FROM (mine.to_incident, mine.pinned_after))
) touched
JOIN oopstream.decision later ON later.id = touched.decision_id
JOIN oopstream.decision mine ON mine.id = $1::uuid AND later.seq > mine.seq
WHERE later.undone_by IS NULL AND later.kind <> 'undo'
ORDER BY later.seq DESC LIMIT 1`;

/** @returns what undoing takes, its incidents locked; `null`: the tenant has no such decision */
export async function loadUndo(sql: Sql, tenant: string, id: string): Promise<UndoState | null> {
  const { rows } = await sql.query<Decision>(SELECT_DECISION, [tenant, id], 'select_decision');
  const [decision] = rows;
  if (decision === undefined) return null;
  const standing = await lockStanding(sql, tenant, [decision.fromIncidentId, decision.toIncidentId]);
  const keys = await sql.query<KeyMove>(SELECT_KEYS, [id], 'select_decision_keys');
  const refusals = await sql.query<Omit<KeyRefusal, 'decisionId'> & { readonly liftedFrom: string | null }>(
    SELECT_REFUSALS,
    [id],
    'select_decision_refusals',
  );
  const later = await sql.query<{ id: string }>(SELECT_LATER, [id], 'select_later_decision');
  return {
    decision,
    from: standing.get(decision.fromIncidentId) ?? null,
    to: standing.get(decision.toIncidentId) ?? null,
    keys: keys.rows,
    refused: refusals.rows.flatMap(({ groupKey, incidentId, liftedFrom }) =>
      liftedFrom === null ? { groupKey, incidentId, decisionId: id } : [],
    ),
    lifted: refusals.rows.flatMap(({ groupKey, incidentId, liftedFrom }) =>
      liftedFrom === null ? [] : { groupKey, incidentId, decisionId: liftedFrom },
    ),
    laterDecision: later.rows[0]?.id ?? null,
  };
}
