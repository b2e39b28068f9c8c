import type { Placement, ShadowPlan } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { jsonRows, timestamp } from '../json-rows';
import type { Sql } from '../pool';
import type { WalkedCrash } from './load-crashes';

const INSERT_INCIDENTS = `
INSERT INTO oopstream.shadow_incident (run_id, shadow_id, stands_in, opened_by, family)
SELECT $1::uuid, row.id, "standsIn", "openedBy", coalesce(row.family, i.family)
FROM jsonb_to_recordset($2::jsonb) AS row(id uuid, "standsIn" boolean, "openedBy" uuid, family text)
LEFT JOIN oopstream.incident i ON row."standsIn" AND i.id = row.id
ON CONFLICT DO NOTHING`;

const INSERT_KEYS = `
INSERT INTO oopstream.shadow_key (run_id, group_key, shadow_id, group_text, reason, score, decision_id)
SELECT $1::uuid, "groupKey", "shadowId", "groupText", reason, score, "decisionId"
FROM jsonb_to_recordset($2::jsonb) AS row("groupKey" text, "shadowId" uuid, "groupText" text, reason text, score real,
  "decisionId" uuid)
ON CONFLICT DO NOTHING`;

const UPSERT_CRASHES = `
INSERT INTO oopstream.shadow_crash (run_id, crash_id, received_at, incident_id, links, group_key, shadow_id,
  new_group_key, reason, pin, differs, signed)
SELECT $1::uuid, crash_id, received_at, incident_id, links, group_key, shadow_id, new_group_key, reason, pin, differs,
  nullif(signed, 'null')
FROM jsonb_to_recordset($2::jsonb) AS row(crash_id uuid, received_at timestamptz, incident_id uuid, links integer,
  group_key text, shadow_id uuid, new_group_key text, reason text, pin uuid, differs boolean, signed jsonb)
ON CONFLICT (run_id, crash_id) DO UPDATE SET incident_id = excluded.incident_id, links = excluded.links,
  group_key = excluded.group_key, shadow_id = excluded.shadow_id, new_group_key = excluded.new_group_key,
  reason = excluded.reason, pin = excluded.pin, differs = excluded.differs, signed = excluded.signed`;

export async function saveShadow(
  sql: Sql,
  run: ReplayRun,
  plan: ShadowPlan,
  walked: readonly WalkedCrash[],
): Promise<void> {
  if (plan.incidents.length > 0)
    await sql.query(INSERT_INCIDENTS, [run.id, jsonRows(plan.incidents)], 'shadow_incidents');
  if (plan.keys.length > 0) await sql.query(INSERT_KEYS, [run.id, jsonRows(plan.keys)], 'shadow_insert_keys');
  const rows = plan.placements.map((placement, index) => crashRow(placement, walked[index]?.links ?? 0));
  if (rows.length > 0) await sql.query(UPSERT_CRASHES, [run.id, jsonRows(rows)], 'shadow_crashes');
}

function crashRow(
  { signed: { crash, signed }, shadowId, reason, decision }: Placement,
  links: number,
): object {
  return {
    crash_id: crash.id,
    received_at: timestamp(crash.receivedAtMs),
    incident_id: crash.incidentId,
    links,
    group_key: crash.keys.groupKey,
    shadow_id: shadowId,
    new_group_key: signed?.keys.groupKey ?? null,
    reason,
    pin: decision?.pins === true ? decision.id : null,
    differs: signed?.differs ?? false,
    signed: signed?.differs === true ? { keys: signed.keys, readings: signed.readings } : null,
  };
}
