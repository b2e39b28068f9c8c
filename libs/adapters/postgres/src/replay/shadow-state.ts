import { isWholeTenant } from '@oopstream/core-incident';
import type { PinnedKey, ShadowState, SignedAgain } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import type { Sql } from '../pool';
import { inRange, rangeValues } from './run-row';

/** Keys that lead to an incident with crashes outside the range: it stays, and goes on taking them. */
const STAND_IN = `
WITH lead AS (
  SELECT k.group_key, coalesce(k.group_text, '') AS group_text, k.incident_id FROM oopstream.incident_key k
  WHERE k.tenant = $2 AND k.group_key = ANY($7::text[]) AND k.incident_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM oopstream.shadow_key s WHERE s.run_id = $1 AND s.group_key = k.group_key)
    AND EXISTS (SELECT FROM oopstream.crash c WHERE c.tenant = k.tenant AND c.incident_id = k.incident_id
      AND c.group_key = k.group_key AND NOT (${inRange(3)}))
), stood AS (
  INSERT INTO oopstream.shadow_incident (run_id, shadow_id, stands_in, family)
  SELECT DISTINCT $1::uuid, i.id, true, i.family FROM lead JOIN oopstream.incident i ON i.id = lead.incident_id ON CONFLICT DO NOTHING
)
INSERT INTO oopstream.shadow_key (run_id, group_key, shadow_id, group_text, reason)
SELECT $1::uuid, group_key, incident_id, group_text, 'group-key' FROM lead ON CONFLICT DO NOTHING`;

const SELECT_KEYS = `
SELECT group_key AS "groupKey", shadow_id AS "shadowId" FROM oopstream.shadow_key
WHERE run_id = $1 AND group_key = ANY($2::text[])`;

const SELECT_STAND_INS = `
SELECT shadow_id AS id FROM oopstream.shadow_incident
WHERE run_id = $1 AND stands_in AND shadow_id = ANY($2::uuid[])`;

// What a merge put together stays together, the keys too that its survivor had before.
const SELECT_PINNED_KEYS = `
SELECT k.group_key AS "groupKey", k.incident_id AS "incidentId", coalesce(k.decided_by, merged.id) AS "decisionId"
FROM oopstream.incident_key k
LEFT JOIN LATERAL (
  SELECT d.id FROM oopstream.decision d
  WHERE d.to_incident = k.incident_id AND d.kind = 'merge' AND d.undone_by IS NULL AND k.attached_at <= d.at
  ORDER BY d.seq DESC LIMIT 1
) merged ON true
WHERE k.tenant = $1 AND k.group_key = ANY($2::text[]) AND k.incident_id IS NOT NULL
  AND coalesce(k.decided_by, merged.id) IS NOT NULL`;

/** @param pinned crashes that a person put where they are */
export async function loadShadow(
  sql: Sql,
  run: ReplayRun,
  crashes: readonly SignedAgain[],
  pinned: ReadonlySet<string>,
): Promise<ShadowState> {
  const newKeys = [...new Set(crashes.flatMap(({ signed }) => signed?.keys.groupKey ?? []))];
  const allKeys = [...new Set([...newKeys, ...crashes.map(({ crash }) => crash.keys.groupKey)])];
  const { rows: pinnedKeys } = await sql.query<PinnedKey>(SELECT_PINNED_KEYS, [run.tenant, allKeys]);
  if (!isWholeTenant(run.range))
    await sql.query(STAND_IN, [run.id, run.tenant, ...rangeValues(run), newKeys]);
  const { rows: keys } = await sql.query<ShadowState['keys'][number]>(
    SELECT_KEYS,
    [run.id, newKeys],
    'shadow_keys',
  );
  const pinnedCrashes = crashes
    .filter(({ crash }) => pinned.has(crash.id))
    .map(({ crash }) => ({ crashId: crash.id, incidentId: crash.incidentId }));
  const wanted = [...new Set([...pinnedCrashes, ...pinnedKeys].map((one) => one.incidentId))];
  const { rows: standIns } = await sql.query<{ id: string }>(SELECT_STAND_INS, [run.id, wanted]);
  return { keys, pinnedKeys, pinnedCrashes, standIns: standIns.map((row) => row.id) };
}
