import type { PlannedEpisode } from '@oopstream/core-incident';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

const OPEN_EPISODES = `
INSERT INTO oopstream.incident_episode AS known (tenant, incident_id, number, opened_at, opened_why, opened_by_crash,
  crashes_before, closed_at, closed_why)
SELECT tenant, incident_id, number, opened_at, opened_why, opened_by_crash, crashes_before, closed_at, closed_why
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, incident_id uuid, number integer, opened_at timestamptz,
  opened_why text, opened_by_crash uuid, crashes_before bigint, closed_at timestamptz, closed_why text)
ON CONFLICT (incident_id, number) DO NOTHING`;

const END_EPISODES = `
UPDATE oopstream.incident_episode known SET closed_at = row.closed_at, closed_why = row.closed_why
FROM jsonb_to_recordset($1::jsonb) AS row(incident_id uuid, number integer, closed_at timestamptz, closed_why text)
WHERE known.incident_id = row.incident_id AND known.number = row.number`;

/** Writes what became of episodes; the locks of their incidents guard them. */
export async function commitEpisodes(sql: Sql, episodes: readonly PlannedEpisode[]): Promise<void> {
  const opened = episodes.filter((episode) => episode.opened !== null);
  const ended = lastOfEach(episodes.filter((episode) => episode.opened === null));
  if (opened.length > 0) await sql.query(OPEN_EPISODES, [jsonRows(opened.map(row))], 'open_episodes');
  if (ended.length > 0) await sql.query(END_EPISODES, [jsonRows(ended.map(row))], 'end_episodes');
}

/** An episode may end and go on within one batch: the last counts. */
function lastOfEach(episodes: readonly PlannedEpisode[]): PlannedEpisode[] {
  return [...new Map(episodes.map((one) => [`${one.incidentId} ${one.number}`, one])).values()];
}

function row({ tenant, incidentId, number, opened, closed }: PlannedEpisode): object {
  return {
    tenant,
    incident_id: incidentId,
    number,
    opened_at: timestamp(opened?.atMs ?? null),
    opened_why: opened?.why ?? null,
    opened_by_crash: opened?.crashId ?? null,
    crashes_before: opened?.crashesBefore ?? null,
    closed_at: timestamp(closed?.atMs ?? null),
    closed_why: closed?.why ?? null,
  };
}
