import type { ReplayRun } from '@oopstream/ports';
import { jsonRows, timestamp } from '../json-rows';
import type { Sql } from '../pool';

const SET_TARGETS = `
UPDATE oopstream.shadow_incident s SET target_id = row.target, target_is_new = row."isNew"
FROM jsonb_to_recordset($2::jsonb) AS row("shadowId" uuid, target uuid, "isNew" boolean)
WHERE s.run_id = $1 AND s.shadow_id = row."shadowId"`;

/** Notes which stored incident each shadow incident becomes. */
export async function setTargets(
  sql: Sql,
  run: ReplayRun,
  targets: readonly { readonly shadowId: string; readonly target: string; readonly isNew: boolean }[],
): Promise<void> {
  await sql.query(SET_TARGETS, [run.id, jsonRows(targets)]);
}

// Older keys stay where they lead; what a person decided of a key is passed on to the one that takes its place.
const ATTACH_KEYS = `
WITH moved AS (
  SELECT k.group_key, k.group_text, k.score, k.decision_id, i.target_id, to_jsonb(live) AS before
  FROM oopstream.shadow_key k
  JOIN oopstream.shadow_incident i ON i.run_id = k.run_id AND i.shadow_id = k.shadow_id
  LEFT JOIN oopstream.incident_key live ON live.tenant = $2 AND live.group_key = k.group_key
  WHERE k.run_id = $1 AND i.target_id IS NOT NULL AND (live.incident_id IS DISTINCT FROM i.target_id
    OR (k.decision_id IS NOT NULL AND live.decided_by IS NULL))
), saved AS (
  UPDATE oopstream.shadow_key k SET before = moved.before, moved = true FROM moved
  WHERE k.run_id = $1 AND k.group_key = moved.group_key
)
INSERT INTO oopstream.incident_key AS key (tenant, group_key, incident_id, group_text, algorithm_version, attached_at,
  reason, score, decided_by)
SELECT $2, group_key, target_id, group_text, $3, $4::timestamptz, 'replay', score, decision_id FROM moved
ORDER BY group_key COLLATE "C"
ON CONFLICT (tenant, group_key) DO UPDATE SET incident_id = excluded.incident_id, reason = excluded.reason,
  score = excluded.score, decided_by = coalesce(excluded.decided_by, key.decided_by)`;

// Crashes that come out the same keep the version in their keys: it leads where the same key of the new version does.
const TAKE_ALONG = `
WITH same AS (
  SELECT live.group_key, i.target_id, i.shadow_id, to_jsonb(live) AS before, coalesce(live.group_text, '') AS group_text
  FROM oopstream.shadow_key k
  JOIN oopstream.shadow_incident i ON i.run_id = k.run_id AND i.shadow_id = k.shadow_id
  JOIN oopstream.incident_key live ON live.tenant = $2 AND live.group_key = regexp_replace(k.group_key, '^v[0-9]+:', $3)
  WHERE k.run_id = $1 AND i.target_id IS NOT NULL AND live.decided_by IS NULL AND live.incident_id <> i.target_id
), saved AS (
  INSERT INTO oopstream.shadow_key (run_id, group_key, shadow_id, group_text, reason, before, moved)
  SELECT $1::uuid, group_key, shadow_id, group_text, 'group-key', before, true FROM same
  ON CONFLICT DO NOTHING RETURNING group_key
)
UPDATE oopstream.incident_key live SET incident_id = same.target_id, reason = 'replay'
FROM same JOIN saved USING (group_key) WHERE live.tenant = $2 AND live.group_key = same.group_key`;

/** Lets the shadow's keys lead where their crashes are. */
export async function attachKeys(sql: Sql, run: ReplayRun, nowMs: number): Promise<void> {
  await sql.query(ATTACH_KEYS, [run.id, run.tenant, run.toVersion, timestamp(nowMs)]);
  if (run.fromVersion !== run.toVersion)
    await sql.query(TAKE_ALONG, [run.id, run.tenant, `v${run.fromVersion}:`]);
}

const CLOSED = `jsonb_to_recordset($1::jsonb) AS row(id uuid, "into" uuid)`;
const SAVE_KEYS_OF_CLOSED = `
INSERT INTO oopstream.shadow_key (run_id, group_key, shadow_id, group_text, reason, before, moved)
SELECT $2::uuid, live.group_key, row."into", coalesce(live.group_text, ''), 'emptied', to_jsonb(live), true
FROM ${CLOSED} JOIN oopstream.incident_key live ON live.incident_id = row.id
ON CONFLICT (run_id, group_key) DO UPDATE SET before = coalesce(shadow_key.before, excluded.before), moved = true`;
const MOVE_KEYS_OF_CLOSED = `
UPDATE oopstream.incident_key live SET incident_id = row."into", reason = 'replay' FROM ${CLOSED}
WHERE live.incident_id = row.id`;

/** Keys of incidents that were emptied lead on with them. */
export async function moveKeysOfClosed(
  sql: Sql,
  run: ReplayRun,
  closed: ReadonlyMap<string, string>,
): Promise<void> {
  if (closed.size === 0) return;
  const json = jsonRows([...closed].map(([id, into]) => ({ id, into })));
  await sql.query(SAVE_KEYS_OF_CLOSED, [json, run.id]);
  await sql.query(MOVE_KEYS_OF_CLOSED, [json]);
}

const DETACH = `
DELETE FROM oopstream.incident_key live USING oopstream.shadow_key k
WHERE k.run_id = $1 AND k.moved AND live.tenant = $2 AND live.group_key = k.group_key`;
const REATTACH = `
INSERT INTO oopstream.incident_key
SELECT (jsonb_populate_record(NULL::oopstream.incident_key, k.before)).* FROM oopstream.shadow_key k
WHERE k.run_id = $1 AND k.moved AND k.before IS NOT NULL`;

/** Keys lead where they led before the switch; those that it brought are gone. */
export async function restoreKeys(sql: Sql, run: ReplayRun): Promise<void> {
  await sql.query(DETACH, [run.id, run.tenant]);
  await sql.query(REATTACH, [run.id]);
}
