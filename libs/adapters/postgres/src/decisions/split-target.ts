import type { SplitFace, SplitTarget, Standing } from '@oopstream/core-incident';
import type { SplitNames } from '@oopstream/ports';
import { isUuid } from '../is-uuid';
import type { Sql } from '../pool';

/** The newest of the crashes that would move, and the times of all of them. */
const FACE = `
SELECT title, kind, family, blamed, entry, module, crash_id AS "openedByCrash",
  min(crash_time) OVER () AS "firstSeenAtMs", max(crash_time) OVER () AS "lastSeenAtMs"
FROM oopstream.crash WHERE tenant = $1 AND incident_id = $2::uuid
  AND ((group_key = ANY($3::text[]) AND pinned_by IS NULL) OR crash_id = ANY($4::uuid[]))
ORDER BY received_at DESC, crash_id DESC LIMIT 1`;

const RESERVE_NUMBER = `
UPDATE oopstream.tenant SET next_incident_number = next_incident_number + 1 WHERE tenant = $1
RETURNING next_incident_number - 1 AS number`;

/** Where a split goes. The number of a new incident is used up, also where the split is refused. */
export async function loadTarget(
  sql: Sql,
  from: Standing,
  named: Standing | null,
  { groupKeys, crashIds, newId }: Omit<SplitNames, 'into'> & { readonly newId: () => string },
): Promise<SplitTarget> {
  if (named !== null) return { kind: 'named', into: named };
  const { id, tenant } = from.incident;
  const { rows } = await sql.query<SplitFace>(
    FACE,
    [tenant, id, groupKeys, crashIds.filter(isUuid)],
    'split_face',
  );
  const reserved = await sql.query<{ number: number }>(RESERVE_NUMBER, [tenant], 'reserve_number');
  const number = reserved.rows[0]?.number ?? 1;
  return { kind: 'new', id: newId(), number, face: rows[0] ?? null };
}
