import { formatIncidentNumber } from '@oopstream/core-incident';
import { UPTIME_BANDS } from '@oopstream/core-fleet';
import { MAX_MEMBERS } from '@oopstream/ports';
import type { FacetRows, HostPattern, ParentQuery, ParentRow, PatternStore } from '@oopstream/ports';
import { timestamp } from './json-rows';
import type { PostgresPool, Sql } from './pool';

const COUNT_FLEET =
  'SELECT count(*) AS hosts FROM oopstream.census_host WHERE tenant = $1 AND last_seen_at >= $2';

const BAND_NAMES = UPTIME_BANDS.map(({ name }) => `'${name}'`).join(', ');
const BAND_EDGES = UPTIME_BANDS.slice(1)
  .map(({ fromSeconds }) => fromSeconds)
  .join(', ');

/** A host that crashed booted afterwards: how long it ran tells its latest crash that knows it, and never its heartbeat. */
const UPTIME_OF = `
LEFT JOIN LATERAL (
  SELECT crash.uptime_seconds FROM oopstream.crash AS crash
  WHERE hit.host_id IS NOT NULL AND crash.tenant = $1 AND crash.host_id = hit.host_id AND crash.incident_id = $3
    AND crash.received_at >= $2 AND crash.uptime_seconds IS NOT NULL
  ORDER BY crash.received_at DESC LIMIT 1
) AS last ON true
CROSS JOIN LATERAL (
  SELECT CASE WHEN hit.host_id IS NULL THEN census.uptime_seconds ELSE last.uptime_seconds END AS ran_seconds
) AS own`;

/** One in $4 of the hosts that did not crash, by their name alone: the same ones whenever it is asked. */
const FACETS = `
WITH fleet AS MATERIALIZED (
  SELECT census.*, hit.host_id IS NOT NULL AS crashed, own.ran_seconds
  FROM oopstream.census_host AS census
  LEFT JOIN oopstream.incident_host AS hit
    ON hit.incident_id = $3 AND hit.host_id = census.host_id AND hit.last_seen_at >= $2
  ${UPTIME_OF}
  WHERE census.tenant = $1 AND census.last_seen_at >= $2
    AND (hit.host_id IS NOT NULL OR $4::bigint = 1 OR abs(hashtext(census.host_id)::bigint) % $4 = 0)
), valued AS (
  SELECT crashed, facet, value FROM fleet CROSS JOIN LATERAL (
    SELECT 'model', model WHERE model <> ''
    UNION ALL SELECT 'bios', bios WHERE bios <> ''
    UNION ALL SELECT 'flavour', flavour WHERE flavour <> ''
    UNION ALL SELECT 'uptime', (ARRAY[${BAND_NAMES}])[1 + width_bucket(ran_seconds, ARRAY[${BAND_EDGES}]::double precision[])]
      WHERE ran_seconds >= 0
    UNION ALL SELECT DISTINCT 'livepatch', patch FROM jsonb_array_elements_text(livepatches) AS patch
    UNION ALL SELECT DISTINCT 'module', module FROM jsonb_array_elements_text(modules) AS module
    UNION ALL SELECT label.key, label.value FROM jsonb_each_text(labels) AS label
  ) AS own (facet, value)
), counted AS (
  SELECT facet, value, count(*) FILTER (WHERE crashed) AS crashed, count(*) AS fleet FROM valued GROUP BY facet, value
)
SELECT (SELECT count(*) FROM fleet) AS "fleetHosts", (SELECT count(*) FROM fleet WHERE crashed) AS "crashedHosts",
  (SELECT count(*) FROM counted) AS looked,
  coalesce((SELECT jsonb_agg(counted ORDER BY crashed DESC, facet, value) FROM counted WHERE crashed > 0), '[]') AS counts`;

const HOST_PATTERN = `
WITH own AS (
  SELECT hit.host_id, hit.last_seen_at, coalesce(nullif(census.model, ''), host.model) AS model
  FROM oopstream.incident_host AS hit
  LEFT JOIN oopstream.host AS host ON host.tenant = hit.tenant AND host.host_id = hit.host_id
  LEFT JOIN oopstream.census_host AS census ON census.tenant = hit.tenant AND census.host_id = hit.host_id
  WHERE hit.tenant = $1 AND hit.incident_id = $2 AND hit.last_seen_at >= $3
), suspect AS (
  SELECT own.host_id FROM own
  WHERE $4 <= (SELECT count(*) FROM oopstream.incident_host AS other
    JOIN oopstream.incident AS incident ON incident.id = other.incident_id
    WHERE other.tenant = $1 AND other.host_id = own.host_id AND other.last_seen_at >= $3 AND NOT incident.holding)
)
SELECT count(*) AS hosts, count(model) AS "hostsOfKnownModel", count(DISTINCT model) AS models,
  (SELECT coalesce(sum(crashes), 0)::bigint FROM oopstream.incident_hardware WHERE incident_id = $2) AS "analysedCrashes",
  (SELECT coalesce(sum(crashes), 0)::bigint FROM oopstream.incident_hardware
    WHERE incident_id = $2 AND hardware = 'likely') AS "hardwareCrashes",
  (SELECT count(*) FROM suspect) AS "suspectHosts"
FROM own`;

/** Groups of crashes by `key`, each with the incidents that they are of. */
const parentsSql = (key: string, condition: string, order: string): string => `
WITH picked AS (
  SELECT ${key} AS key, incident_id, count(*) AS crashes, count(DISTINCT host_id) AS hosts,
    min(crash_time) AS first_at, max(crash_time) AS last_at
  FROM oopstream.crash WHERE tenant = $1 AND received_at >= $2 AND NOT held AND ${condition}
  GROUP BY ${key}, incident_id
), grouped AS (
  SELECT key, sum(crashes)::bigint AS crashes, count(*) AS "incidentCount", min(first_at) AS "firstSeenAtMs",
    max(last_at) AS "lastSeenAtMs"
  FROM picked GROUP BY key HAVING count(*) >= $3 ORDER BY ${order} LIMIT $4
)
SELECT grouped.*, ${
  key === 'host_id'
    ? '1'
    : `(SELECT count(DISTINCT crash.host_id) FROM oopstream.crash
    WHERE tenant = $1 AND ${key} = grouped.key AND received_at >= $2 AND NOT held)`
} AS hosts,
  ARRAY(SELECT jsonb_build_object('number', incident.number, 'title', incident.title, 'status', incident.status,
      'crashes', picked.crashes, 'lastSeenAtMs', extract(epoch FROM picked.last_at) * 1000)
    FROM picked JOIN oopstream.incident AS incident ON incident.id = picked.incident_id
    WHERE picked.key = grouped.key ORDER BY picked.crashes DESC, incident.number LIMIT ${MAX_MEMBERS}) AS incidents
FROM grouped ORDER BY ${order}`;

const OF_INCIDENT_VICTIMS = `parent_key IN (SELECT DISTINCT own.parent_key FROM oopstream.crash AS own
  WHERE own.tenant = $1 AND own.incident_id = $5 AND own.parent_key IS NOT NULL)`;
const OF_INCIDENT_HOSTS = `host_id IN (SELECT own.host_id FROM oopstream.incident_host AS own
  WHERE own.incident_id = $5 AND own.last_seen_at >= $2)`;
const LATEST = '"lastSeenAtMs" DESC, key';
const MOST = '"incidentCount" DESC, "lastSeenAtMs" DESC, key';
const VICTIMS = parentsSql('parent_key', 'parent_key IS NOT NULL', LATEST);
const VICTIMS_OF = parentsSql('parent_key', OF_INCIDENT_VICTIMS, LATEST);
const HOSTS = parentsSql('host_id', 'true', MOST);
const HOSTS_OF = parentsSql('host_id', OF_INCIDENT_HOSTS, MOST);

export function createPatternStore(pool: PostgresPool): PatternStore {
  return {
    facets: (...question) => countFacets(pool, ...question),
    async hostPattern(tenant, incidentId, sinceMs, suspectFrom) {
      const values = [tenant, incidentId, timestamp(sinceMs), suspectFrom];
      const { rows } = await pool.query<HostPattern>(HOST_PATTERN, values, 'host_pattern');
      const [row] = rows;
      if (row === undefined) throw new Error('an aggregate gave no row');
      return row;
    },
    victims: (tenant, query) =>
      selectParents(pool, tenant, query, query.incidentId === null ? VICTIMS : VICTIMS_OF, 'victims'),
    suspectHosts: (tenant, query) =>
      selectParents(pool, tenant, query, query.incidentId === null ? HOSTS : HOSTS_OF, 'suspect_hosts'),
  };
}

async function countFacets(
  sql: Sql,
  tenant: string,
  incidentId: string,
  sinceMs: number,
  maxFleetHosts: number,
): Promise<FacetRows> {
  const since = timestamp(sinceMs);
  const fleet = await sql.query<{ hosts: number }>(COUNT_FLEET, [tenant, since], 'count_fleet');
  const oneIn = Math.max(1, Math.ceil((fleet.rows[0]?.hosts ?? 0) / maxFleetHosts));
  const { rows } = await sql.query<Omit<FacetRows, 'isSample'>>(
    FACETS,
    [tenant, since, incidentId, oneIn],
    'facets',
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate gave no row');
  return { ...row, isSample: oneIn > 1 };
}

type ParentSqlRow = Omit<ParentRow, 'incidents'> & {
  readonly incidents: readonly (Omit<ParentRow['incidents'][number], 'number'> & {
    readonly number: number;
  })[];
};

async function selectParents(
  sql: Sql,
  tenant: string,
  { sinceMs, minIncidents, limit, incidentId }: ParentQuery,
  text: string,
  name: string,
): Promise<readonly ParentRow[]> {
  const values = [
    tenant,
    timestamp(sinceMs),
    minIncidents,
    limit,
    ...(incidentId === null ? [] : [incidentId]),
  ];
  const { rows } = await sql.query<ParentSqlRow>(text, values, incidentId === null ? name : `${name}_of`);
  return rows.map((row) => ({
    ...row,
    incidents: row.incidents.map((one) => ({ ...one, number: formatIncidentNumber(one.number) })),
  }));
}
