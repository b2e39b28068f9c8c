import { randomUUID } from 'node:crypto';
import { changeToWire } from '@oopstream/contracts';
import { auditOf, changesOf, episodeOf } from '@oopstream/core-incident';
import type { DecisionKind, DecisionPlan, IncidentState } from '@oopstream/core-incident';
import { FatalError } from '@oopstream/ports';
import { commitEpisodes } from '../commit-life';
import { lockIncidents, saveIncidents } from '../incident-row';
import { jsonRows, timestamp } from '../json-rows';
import { insertAudit, insertOutbox } from '../outbox-rows';
import type { Sql } from '../pool';
import { moveCounts } from './move-counts';
import { moveCrashes } from './move-crashes';

const INSERT_DECISION = `
INSERT INTO oopstream.decision (id, tenant, kind, actor, at, note, from_incident, to_incident, opened, aliases, moved,
  links_until, undoes)
SELECT id, tenant, kind, actor, at, note, from_incident, to_incident, opened,
  ARRAY(SELECT jsonb_array_elements_text(aliases))::uuid[], 0,
  coalesce((SELECT max(l.id) FROM oopstream.reading_crash l), 0), undoes
FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, tenant text, kind text, actor text, at timestamptz, note text,
  from_incident uuid, to_incident uuid, opened boolean, aliases jsonb, undoes uuid)`;

const KEYS = `jsonb_to_recordset($1::jsonb) AS row(tenant text, "groupKey" text, "fromIncidentId" uuid,
  "toIncidentId" uuid, "decidedBefore" uuid, "decidedAfter" uuid, "reasonBefore" text, "reasonAfter" text)`;
const RECORD_KEYS = `
INSERT INTO oopstream.decision_key (decision_id, tenant, group_key, from_incident, to_incident, decided_before,
  decided_after, reason_before)
SELECT $2::uuid, tenant, "groupKey", "fromIncidentId", "toIncidentId", "decidedBefore", "decidedAfter", "reasonBefore"
FROM ${KEYS}`;
const MOVE_KEYS = `
UPDATE oopstream.incident_key key SET incident_id = "toIncidentId", decided_by = "decidedAfter", reason = "reasonAfter"
FROM ${KEYS} WHERE key.tenant = row.tenant AND key.group_key = row."groupKey"`;

const REFUSALS = `jsonb_to_recordset($1::jsonb) AS row(tenant text, "groupKey" text, "incidentId" uuid, "decisionId" uuid)`;
// One that another decision had put there first stays that decision's.
const REFUSE = `
WITH put AS (
  INSERT INTO oopstream.refusal (tenant, group_key, incident_id, decision_id)
  SELECT tenant, "groupKey", "incidentId", "decisionId" FROM ${REFUSALS}
  ON CONFLICT DO NOTHING RETURNING tenant, group_key, incident_id
)
INSERT INTO oopstream.decision_refusal (decision_id, tenant, group_key, incident_id)
SELECT $2::uuid, tenant, group_key, incident_id FROM put`;
const LIFT = `
WITH gone AS (
  DELETE FROM oopstream.refusal known USING ${REFUSALS}
  WHERE known.tenant = row.tenant AND known.group_key = row."groupKey" AND known.incident_id = row."incidentId"
  RETURNING known.tenant, known.group_key, known.incident_id, known.decision_id
)
INSERT INTO oopstream.decision_refusal (decision_id, tenant, group_key, incident_id, lifted_from)
SELECT $2::uuid, tenant, group_key, incident_id, decision_id FROM gone`;

// Who lives on elsewhere is not looked at by the life sweep; who lives is, soon: its crashes are others now.
const ALIAS = `
UPDATE oopstream.incident SET merged_into = $2::uuid, updated_at = $3::timestamptz,
  due_at = CASE WHEN $2::uuid IS NULL THEN $3::timestamptz END
WHERE id = $1::uuid`;
const LOOK_SOON = `
UPDATE oopstream.incident SET due_at = $2::timestamptz WHERE id = ANY($1::uuid[]) AND merged_into IS NULL`;
const CLOSE_WHEN_EMPTY = `
UPDATE oopstream.incident i SET merged_into = $2::uuid, updated_at = $3::timestamptz, due_at = NULL
WHERE (i.id = $1::uuid OR i.merged_into = $1::uuid)
  AND NOT EXISTS (SELECT FROM oopstream.incident empty WHERE empty.id = $1::uuid AND empty.crashes > 0)
  AND NOT EXISTS (SELECT FROM oopstream.incident_key key WHERE key.incident_id = $1::uuid)`;

/** Writes a plan and all that goes with it, within the transaction that its state was read in. */
export async function applyDecision(
  sql: Sql,
  plan: DecisionPlan,
  undoneKind: DecisionKind | null,
): Promise<void> {
  const { decision } = plan;
  if (plan.opened !== null) await openIncident(sql, plan.opened);
  await sql.query(INSERT_DECISION, [jsonRows([decisionRow(plan)])], 'insert_decision');
  const crashes = await moveCrashes(sql, plan);
  await moveCounts(sql, plan);
  await sql.query('UPDATE oopstream.decision SET moved = $2 WHERE id = $1', [decision.id, crashes]);
  if (decision.undoes !== null)
    await sql.query('UPDATE oopstream.decision SET undone_by = $2 WHERE id = $1', [
      decision.undoes,
      decision.id,
    ]);
  await moveKeys(sql, plan);
  const closed = await moveAliases(sql, plan);
  const [from, to] = await readBoth(sql, plan);
  const outcome = { crashes, from, to, closed, undoneKind };
  await insertAudit(sql, auditOf(plan, outcome));
  const publications = changesOf(plan, outcome).map((change) => ({
    id: randomUUID(),
    tenant: decision.tenant,
    incidentId: change.incident.id,
    body: JSON.stringify(changeToWire(change)),
    createdAtMs: decision.atMs,
    traceparent: change.traceparent,
  }));
  await insertOutbox(sql, { publications, deliveries: [] });
}

async function openIncident(sql: Sql, opened: IncidentState): Promise<void> {
  await saveIncidents(sql, [opened], opened.openedAtMs);
  const why = { atMs: opened.openedAtMs, why: 'split', crashId: null };
  const episode = episodeOf('opened', opened, why);
  await commitEpisodes(sql, episode === null ? [] : [episode]);
}

function decisionRow({ decision }: DecisionPlan): object {
  const { fromIncidentId, toIncidentId, atMs, ...same } = decision;
  return { ...same, at: timestamp(atMs), from_incident: fromIncidentId, to_incident: toIncidentId };
}

async function moveKeys(sql: Sql, { decision, keys, refuse, lift }: DecisionPlan): Promise<void> {
  const ofTenant = (row: object): object => ({ ...row, tenant: decision.tenant });
  const send = async (text: string, name: string, rows: readonly object[]): Promise<void> => {
    if (rows.length > 0) await sql.query(text, [jsonRows(rows.map(ofTenant)), decision.id], name);
  };
  await send(RECORD_KEYS, 'record_keys', keys);
  if (keys.length > 0) await sql.query(MOVE_KEYS, [jsonRows(keys.map(ofTenant))], 'move_keys');
  await send(LIFT, 'lift_refusals', lift);
  await send(REFUSE, 'refuse_keys', refuse);
}

/** @returns whether an emptied incident leads to the other now */
async function moveAliases(sql: Sql, plan: DecisionPlan): Promise<boolean> {
  const { decision, aliases, closeWhenEmpty } = plan;
  const at = timestamp(decision.atMs);
  await sql.query(LOOK_SOON, [[decision.fromIncidentId, decision.toIncidentId], at], 'look_soon');
  for (const { incidentId, into } of aliases) await sql.query(ALIAS, [incidentId, into, at], 'alias');
  if (closeWhenEmpty === null) return false;
  const { incidentId, into } = closeWhenEmpty;
  return (await sql.query(CLOSE_WHEN_EMPTY, [incidentId, into, at], 'close_when_empty')).rowCount > 0;
}

async function readBoth(sql: Sql, { decision }: DecisionPlan): Promise<[IncidentState, IncidentState]> {
  const ids = [decision.fromIncidentId, decision.toIncidentId];
  const incidents = new Map((await lockIncidents(sql, ids)).map((incident) => [incident.id, incident]));
  const [from, to] = ids.map((id) => incidents.get(id));
  if (from === undefined || to === undefined)
    throw new FatalError('store-query-failed', `an incident of decision ${decision.id} is not there`);
  return [from, to];
}
