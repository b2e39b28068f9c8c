import type {
  BatchNeeds,
  FixRow,
  HostLivepatches,
  IncidentState,
  LifeKnowledge,
} from '@oopstream/core-incident';
import { jsonRows } from './json-rows';
import type { Sql } from './pool';

const SELECT_FIXES = `
SELECT fix.tenant, fix.commit, fix.release, fix.livepatch
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, start text)
JOIN oopstream.fix fix ON fix.tenant = row.tenant AND left(fix.commit, 12) = row.start
ORDER BY fix.commit, fix.added_at, fix.id`;

const SELECT_HOSTS = `
SELECT host.tenant, host.host_id AS "hostId", host.kernel_release AS release, host.boot_id AS "bootId", host.livepatches
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "hostId" text)
JOIN oopstream.census_host host ON host.tenant = row.tenant AND host.host_id = row."hostId"`;

/** What judging crashes of closed incidents takes; nothing is asked where none of them was resolved by a fix. */
export async function loadLife(
  sql: Sql,
  incidents: readonly IncidentState[],
  needs: Pick<BatchNeeds, 'hosts'>,
): Promise<LifeKnowledge> {
  const fixed = incidents.filter((incident) => incident.status === 'resolved' && incident.fix !== null);
  if (fixed.length === 0) return { fixes: [], hosts: [] };
  const { rows: hosts } = await sql.query<HostLivepatches>(
    SELECT_HOSTS,
    [jsonRows(needs.hosts)],
    'select_livepatches',
  );
  return { fixes: await loadFixes(sql, fixed), hosts };
}

/** @returns rows of the fix table for the commits by which these incidents were resolved. */
export async function loadFixes(sql: Sql, incidents: readonly IncidentState[]): Promise<readonly FixRow[]> {
  const wanted = new Map<string, { readonly tenant: string; readonly start: string }>();
  for (const { tenant, fix } of incidents) {
    const start = fix?.commit?.slice(0, 12);
    if (start !== undefined) wanted.set(`${tenant} ${start}`, { tenant, start });
  }
  if (wanted.size === 0) return [];
  return (await sql.query<FixRow>(SELECT_FIXES, [jsonRows([...wanted.values()])], 'select_fixes')).rows;
}
