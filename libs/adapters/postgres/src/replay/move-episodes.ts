import type { MovedCrash } from '@oopstream/core-incident';
import { jsonRows } from '../json-rows';
import type { Sql } from '../pool';

// What opened an episode is its first crash, though it was read before the episode began.
const MOVE = `
WITH moved AS (
  SELECT row.id, row."from", row."to", c.processed_at
  FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, "from" uuid, "to" uuid)
  JOIN oopstream.crash_seen seen ON seen.crash_id = row.id
  JOIN oopstream.crash c ON c.crash_id = seen.crash_id AND c.received_at = seen.received_at
), delta AS (
  SELECT e.incident_id, e.number, sum(side.sign) AS crashes
  FROM moved CROSS JOIN LATERAL (VALUES ("from", -1), ("to", 1)) AS side(incident_id, sign)
  JOIN oopstream.incident_episode e ON e.incident_id = side.incident_id
  WHERE e.number > 1 AND moved.processed_at < e.opened_at AND e.opened_by_crash IS DISTINCT FROM moved.id
  GROUP BY e.incident_id, e.number
)
UPDATE oopstream.incident_episode e SET crashes_before = e.crashes_before + delta.crashes
FROM delta WHERE e.incident_id = delta.incident_id AND e.number = delta.number`;

/**
 * Crashes that change their incident count to the episode of the other one in which they came, so that an incident's
 * episodes add up to its crashes. The same moves the other way round undo it.
 */
export async function moveEpisodes(sql: Sql, moves: readonly MovedCrash[]): Promise<void> {
  const rows = moves.flatMap(({ id, from, to }) => (from === to ? [] : [{ id, from, to }]));
  if (rows.length > 0) await sql.query(MOVE, [jsonRows(rows)]);
}
