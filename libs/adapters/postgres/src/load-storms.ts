import type { DedupState } from '@oopstream/core-incident';
import type { Sql } from './pool';

const SELECT_STORMS = `
SELECT incident_id AS "incidentId", state FROM oopstream.incident_storm WHERE incident_id = ANY($1::uuid[])`;

/** What locked incidents remember of their arrivals. */
export async function loadStorms(
  sql: Sql,
  incidents: readonly { readonly id: string }[],
): Promise<DedupState['storms']> {
  if (incidents.length === 0) return [];
  const ids = incidents.map(({ id }) => id);
  return (await sql.query<DedupState['storms'][number]>(SELECT_STORMS, [ids], 'select_storms')).rows;
}
