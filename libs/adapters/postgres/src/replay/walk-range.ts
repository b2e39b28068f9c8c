import type { ReplayRun } from '@oopstream/ports';
import { timestamp } from '../json-rows';
import type { Sql } from '../pool';
import { inRange, rangeValues } from './run-row';

const COUNT_RANGE = `SELECT count(*) AS count FROM oopstream.crash c WHERE c.tenant = $1 AND ${inRange(2)}`;

export async function countRange(sql: Sql, run: ReplayRun): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(COUNT_RANGE, [run.tenant, ...rangeValues(run)]);
  return rows[0]?.count ?? 0;
}

const WALK = `
WITH run AS (
  SELECT coalesce(cursor_time, '-infinity') AS at, coalesce(cursor_crash, '00000000-0000-0000-0000-000000000000') AS id
  FROM oopstream.replay_run WHERE id = $1
)
SELECT c.crash_id AS id FROM oopstream.crash c
WHERE c.tenant = $2 AND (c.crash_time, c.crash_id) > ((SELECT at FROM run), (SELECT id FROM run)) AND ${inRange(3)}
ORDER BY c.crash_time, c.crash_id LIMIT $7`;

/** @returns the next crashes of the range, in the order of their own times; none: it is through */
export async function walkRange(sql: Sql, run: ReplayRun, limit: number): Promise<string[]> {
  const values = [run.id, run.tenant, ...rangeValues(run), limit];
  return (await sql.query<{ id: string }>(WALK, values)).rows.map((row) => row.id);
}

// A crash that left the range since, being of another incident now, is looked at again all the same. Once it was replaced
// by people or copies, it stays so.
const CHANGED = `
WITH run AS (SELECT links_from, decisions_from FROM oopstream.replay_run WHERE id = $1), touched AS (
  SELECT l.crash_id FROM oopstream.reading_crash l WHERE l.id > (SELECT links_from FROM run) AND l.tenant = $2
  UNION
  SELECT moved.crash_id FROM oopstream.decision d JOIN oopstream.decision_crash moved ON moved.decision_id = d.id
  WHERE d.tenant = $2 AND d.seq > (SELECT decisions_from FROM run)
)
SELECT c.crash_id AS id FROM touched
JOIN oopstream.crash_seen seen USING (crash_id)
JOIN oopstream.crash c ON c.crash_id = seen.crash_id AND c.received_at = seen.received_at
LEFT JOIN oopstream.shadow_crash s ON s.run_id = $1 AND s.crash_id = c.crash_id
WHERE CASE WHEN s.crash_id IS NULL THEN ${inRange(3)}
  ELSE (s.incident_id, s.group_key, s.links) IS DISTINCT FROM (c.incident_id, c.group_key,
    (SELECT count(*) FROM oopstream.reading_crash l WHERE l.crash_id = c.crash_id AND l.valid_to IS NULL)) END
ORDER BY c.crash_time, c.crash_id LIMIT $7`;

/** @returns crashes that came or changed since the replay looked at them, in the order of their own times */
export async function changedSince(sql: Sql, run: ReplayRun, limit: number): Promise<string[]> {
  const values = [run.id, run.tenant, ...rangeValues(run), limit];
  return (await sql.query<{ id: string }>(CHANGED, values)).rows.map((row) => row.id);
}

export interface WalkCounts {
  readonly crashes: number;
  readonly bodiesRead: number;
  readonly bodiesMissing: number;
}

const MOVE_CURSOR = `
UPDATE oopstream.replay_run run SET cursor_time = coalesce(c.crash_time, cursor_time),
  cursor_crash = coalesce(c.crash_id, cursor_crash), crashes_done = crashes_done + $3, bodies_read = bodies_read + $4,
  bodies_missing = bodies_missing + $5, updated_at = $6
FROM (SELECT $2::uuid AS id) AS last LEFT JOIN oopstream.crash_seen seen ON seen.crash_id = last.id
LEFT JOIN oopstream.crash c ON c.crash_id = seen.crash_id AND c.received_at = seen.received_at
WHERE run.id = $1`;

/** @param last crash that is done; `null`: the walk stands where it stood */
export async function addProgress(
  sql: Sql,
  run: ReplayRun,
  last: string | null,
  counts: WalkCounts,
  nowMs: number,
): Promise<void> {
  const { crashes, bodiesRead, bodiesMissing } = counts;
  await sql.query(MOVE_CURSOR, [run.id, last, crashes, bodiesRead, bodiesMissing, timestamp(nowMs)]);
}
