import { formatIncidentNumber } from '@oopstream/core-incident';
import type { HostIncidentRow, HostRow, HostStore } from '@oopstream/ports';
import type { PostgresPool } from './pool';

const HOST = `
SELECT host_id AS "hostId", name, model, kernel_release AS "kernelRelease", labels, first_seen_at AS "firstSeenAtMs",
  last_seen_at AS "lastSeenAtMs"
FROM oopstream.host WHERE tenant = $1 AND host_id = $2`;

const INCIDENTS = `
SELECT incident.number, incident.title, incident.kind, incident.status, host.crashes, host.fatal_crashes AS "fatalCrashes",
  host.first_seen_at AS "firstSeenAtMs", host.last_seen_at AS "lastSeenAtMs"
FROM oopstream.incident_host AS host JOIN oopstream.incident ON incident.id = host.incident_id
WHERE host.tenant = $1 AND host.host_id = $2 AND host.crashes > 0
ORDER BY host.last_seen_at DESC, incident.number LIMIT $3`;

export function createHostStore(pool: PostgresPool): HostStore {
  return {
    async find(tenant, hostId) {
      return (await pool.query<HostRow>(HOST, [tenant, hostId], 'find_host')).rows[0] ?? null;
    },
    async incidentsOf(tenant, hostId, limit) {
      const { rows } = await pool.query<Omit<HostIncidentRow, 'number'> & { readonly number: number }>(
        INCIDENTS,
        [tenant, hostId, limit],
        'incidents_of_host',
      );
      return rows.map((row) => ({ ...row, number: formatIncidentNumber(row.number) }));
    },
  };
}
