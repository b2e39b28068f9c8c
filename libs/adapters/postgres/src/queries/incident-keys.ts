import type { IncidentKeyRow } from '@oopstream/ports';
import { PROVEN_DECISION } from '../decisions/proof-of-crash';
import type { Sql } from '../pool';

const MAX_KEYS = 200;

/** The keys that lead to an incident, the last attached first, each with why and by whom. */
export async function loadKeys(sql: Sql, tenant: string, id: string): Promise<readonly IncidentKeyRow[]> {
  const { rows } = await sql.query<IncidentKeyRow>(
    `SELECT key.group_key AS "groupKey", key.group_text AS "groupText", key.algorithm_version AS "algorithmVersion",
       key.attached_at AS "attachedAtMs", coalesce(key.reason, 'first-sighting') AS reason, key.score,
       ${PROVEN_DECISION} AS decision
     FROM oopstream.incident_key key LEFT JOIN oopstream.decision d ON d.id = key.decided_by
     WHERE key.tenant = $1 AND key.incident_id = $2
     ORDER BY key.attached_at DESC, key.group_key LIMIT ${MAX_KEYS}`,
    [tenant, id],
    'incident-keys',
  );
  return rows;
}
