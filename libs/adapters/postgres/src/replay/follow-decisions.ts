import type { ReplayRun, ReplayTools } from '@oopstream/ports';
import type { Sql } from '../pool';
import { shadowCrashes } from './shadow-chunk';
import { addProgress } from './walk-range';

const MARK = `
WITH run AS (SELECT decisions_from FROM oopstream.replay_run WHERE id = $1)
UPDATE oopstream.replay_run SET decisions_from = newest.seq
FROM (SELECT max(d.seq) AS seq FROM oopstream.decision d, run WHERE d.tenant = $2 AND d.seq > run.decisions_from) newest
WHERE id = $1 AND newest.seq IS NOT NULL RETURNING (SELECT decisions_from FROM run) AS since`;

// What a decision says holds for the keys that it moved and for all others of its two incidents, by whatever version
// they come out; and all crashes that share such a key go together.
const CONCERNED = `
WITH decided AS (
  SELECT id, from_incident, to_incident FROM oopstream.decision WHERE tenant = $2 AND seq > $3
), key AS (
  SELECT k.group_key FROM oopstream.decision_key k JOIN decided d ON d.id = k.decision_id
  UNION
  SELECT k.group_key FROM oopstream.incident_key k
  WHERE k.incident_id IN (SELECT from_incident FROM decided UNION SELECT to_incident FROM decided)
), anew AS (
  SELECT DISTINCT s.new_group_key AS group_key FROM oopstream.shadow_crash s
  WHERE s.run_id = $1 AND (s.group_key IN (SELECT group_key FROM key)
    OR s.crash_id IN (SELECT moved.crash_id FROM oopstream.decision_crash moved JOIN decided d ON d.id = moved.decision_id))
), gone AS (
  DELETE FROM oopstream.shadow_key k WHERE k.run_id = $1 AND k.group_key IN (SELECT group_key FROM anew)
)
UPDATE oopstream.shadow_crash s SET shadow_id = NULL
WHERE s.run_id = $1 AND (s.new_group_key IN (SELECT group_key FROM anew) OR s.group_key IN (SELECT group_key FROM key)
  OR s.crash_id IN (SELECT moved.crash_id FROM oopstream.decision_crash moved JOIN decided d ON d.id = moved.decision_id))
RETURNING s.crash_id AS id`;

/** One that nothing is in any more would keep its stored incident from the shadow incident that has the crashes now. */
const LEAVE_EMPTY = `
DELETE FROM oopstream.shadow_incident i WHERE i.run_id = $1 AND i.stands_in
  AND NOT EXISTS (SELECT FROM oopstream.shadow_crash s WHERE s.run_id = $1 AND s.shadow_id = i.shadow_id)
  AND NOT EXISTS (SELECT FROM oopstream.shadow_key k WHERE k.run_id = $1 AND k.shadow_id = i.shadow_id)`;

const IN_ORDER = `
SELECT seen.crash_id AS id FROM oopstream.crash_seen seen
JOIN oopstream.crash c ON c.crash_id = seen.crash_id AND c.received_at = seen.received_at
WHERE seen.crash_id = ANY($1::uuid[]) ORDER BY c.crash_time, c.crash_id`;

/**
 * Places anew what people decided of since the replay looked at it, a decision that was undone too. What was walked before
 * would else stand against them. @returns crashes that were placed anew
 */
export async function followDecisions(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number> {
  const { rows: marked } = await sql.query<{ since: number }>(MARK, [run.id, run.tenant]);
  const [mark] = marked;
  if (mark === undefined) return 0;
  const { rows: concerned } = await sql.query<{ id: string }>(CONCERNED, [run.id, run.tenant, mark.since]);
  await sql.query(LEAVE_EMPTY, [run.id]);
  const { rows } = await sql.query<{ id: string }>(IN_ORDER, [concerned.map((row) => row.id)]);
  const { chunkCrashes } = tools.limits;
  for (let from = 0; from < rows.length; from += chunkCrashes) {
    const ids = rows.slice(from, from + chunkCrashes).map((row) => row.id);
    const counts = await shadowCrashes(sql, run, ids, tools);
    await addProgress(sql, run, null, { ...counts, crashes: 0 }, tools.nowMs());
  }
  return rows.length;
}
