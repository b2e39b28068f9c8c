import type { EpisodeRow } from '@oopstream/ports';
import type { Sql } from '../pool';

const SELECT_EPISODES = `
SELECT e.number, e.opened_at, e.opened_why, e.opened_by_crash, e.closed_at, e.closed_why,
  greatest(0, lead(e.crashes_before, 1, i.crashes) OVER (ORDER BY e.number) - e.crashes_before) AS crashes
FROM oopstream.incident_episode e JOIN oopstream.incident i ON i.id = e.incident_id
WHERE i.tenant = $1 AND e.incident_id = $2 ORDER BY e.number LIMIT 1000`;

/** @returns the times that an incident was open, by number. */
export async function loadEpisodes(
  sql: Sql,
  tenant: string,
  incidentId: string,
): Promise<readonly EpisodeRow[]> {
  const { rows } = await sql.query<{
    number: number;
    opened_at: number;
    opened_why: string;
    opened_by_crash: string | null;
    closed_at: number | null;
    closed_why: string | null;
    crashes: number;
  }>(SELECT_EPISODES, [tenant, incidentId], 'incident-episodes');
  return rows.map((row) => ({
    number: row.number,
    opened: { atMs: row.opened_at, why: row.opened_why, crashId: row.opened_by_crash },
    closed: row.closed_at === null ? null : { atMs: row.closed_at, why: row.closed_why ?? '' },
    crashes: row.crashes,
  }));
}
