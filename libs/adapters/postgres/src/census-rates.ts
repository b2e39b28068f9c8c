import type { CensusStore, CensusWindow, CrashCountRow, ExposureRow, ReachRow } from '@oopstream/ports';
import { timestamp } from './json-rows';
import type { Sql } from './pool';

/** Closed time by days, and what is open behind each host's last sighting; `of` narrows to releases, $5. */
const exposureSql = (of: string): string => `
WITH closed AS (
  SELECT kernel_release, sum(alive_ms) AS alive_ms FROM oopstream.census_day
  WHERE tenant = $1 AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND day < $3::timestamptz AT TIME ZONE 'UTC' ${of}
  GROUP BY kernel_release
), down AS (
  SELECT host_id, min(ended_at) AS down_at
  FROM oopstream.census_end AS died JOIN oopstream.census_host AS host USING (tenant, host_id)
  WHERE tenant = $1 AND ended_at > $2::timestamptz - $4 * interval '1 millisecond' AND ended_at >= last_seen_at
  GROUP BY host_id
), open AS (
  SELECT kernel_release, sum(greatest(0, extract(epoch FROM least(last_seen_at + $4 * interval '1 millisecond', $3, down_at)
    - greatest(last_seen_at, $2)) * 1000)) AS alive_ms FROM oopstream.census_host LEFT JOIN down USING (host_id)
  WHERE tenant = $1 AND last_seen_at > $2::timestamptz - $4 * interval '1 millisecond' AND last_seen_at < $3 ${of}
  GROUP BY kernel_release
), seen AS (
  SELECT kernel_release, count(*) AS hosts FROM oopstream.census_host_release
  WHERE tenant = $1 AND last_seen_at > $2::timestamptz - $4 * interval '1 millisecond' AND first_seen_at < $3 ${of}
  GROUP BY kernel_release
)
SELECT kernel_release AS release, (coalesce(closed.alive_ms, 0) + coalesce(open.alive_ms, 0))::double precision AS "aliveMs",
  coalesce(seen.hosts, 0) AS hosts
FROM closed FULL JOIN open USING (kernel_release) LEFT JOIN seen USING (kernel_release)
WHERE coalesce(closed.alive_ms, 0) + coalesce(open.alive_ms, 0) > 0
ORDER BY "aliveMs" DESC, release`;

const EXPOSURE_OF_ALL = exposureSql('');
const EXPOSURE = exposureSql('AND kernel_release = ANY($5::text[])');

export async function exposure(
  sql: Sql,
  tenant: string,
  { sinceMs, untilMs }: CensusWindow,
  maxGapMs: number,
  releases: readonly string[] | null,
): Promise<readonly ExposureRow[]> {
  const values = [tenant, timestamp(sinceMs), timestamp(untilMs), maxGapMs];
  const { rows } = await (releases === null
    ? sql.query<ExposureRow>(EXPOSURE_OF_ALL, values, 'exposure_of_all')
    : sql.query<ExposureRow>(EXPOSURE, [...values, releases], 'exposure'));
  return rows;
}

/** Whether a crash is of a host that the census saw on its release, or around its time on another; $4 is the longest gap. */
const KNOWN = `
CROSS JOIN LATERAL (SELECT EXISTS (
  SELECT FROM oopstream.census_host_release AS seen WHERE seen.tenant = crash.tenant AND seen.host_id = crash.host_id
    AND (seen.kernel_release = crash.kernel_release OR crash.crash_time BETWEEN
      seen.first_seen_at - $4 * interval '1 millisecond' AND seen.last_seen_at + $4 * interval '1 millisecond')
) AS known) AS host`;

const crashSql = (of: string): string => `
SELECT crash.kernel_release AS release,
  count(*) FILTER (WHERE fatal AND known) AS fatal,
  count(DISTINCT host_id) FILTER (WHERE fatal AND known) AS "fatalHosts",
  count(*) FILTER (WHERE NOT fatal AND known) AS survived,
  count(DISTINCT host_id) FILTER (WHERE NOT fatal AND known) AS "survivedHosts",
  count(*) FILTER (WHERE fatal AND NOT known) AS "fatalOutside",
  min(crash_time) FILTER (WHERE fatal) AS "firstFatalAtMs", max(crash_time) FILTER (WHERE fatal) AS "lastFatalAtMs"
FROM oopstream.crash ${KNOWN}
WHERE crash.tenant = $1 AND crash_time >= $2 AND crash_time < $3 AND ${of}
GROUP BY crash.kernel_release ORDER BY crash.kernel_release`;

const CRASHES = crashSql('crash.kernel_release = ANY($5::text[])');
const CRASHES_OF_INCIDENT = crashSql('crash.incident_id = $5 AND crash.kernel_release IS NOT NULL');
const CRASHES_OF_BOTH = crashSql('crash.incident_id = $5 AND crash.kernel_release = ANY($6::text[])');

export async function crashCounts(
  sql: Sql,
  tenant: string,
  { sinceMs, untilMs }: CensusWindow,
  maxGapMs: number,
  { incidentId, releases }: Parameters<CensusStore['crashes']>[3],
): Promise<readonly CrashCountRow[]> {
  const values = [tenant, timestamp(sinceMs), timestamp(untilMs), maxGapMs];
  const ask = (text: string, more: readonly unknown[], name: string) =>
    sql.query<CrashCountRow>(text, [...values, ...more], name);
  if (incidentId === null) return (await ask(CRASHES, [releases], 'count_crashes_on')).rows;
  if (releases === null) return (await ask(CRASHES_OF_INCIDENT, [incidentId], 'count_crashes_of')).rows;
  return (await ask(CRASHES_OF_BOTH, [incidentId, releases], 'count_crashes_of_on')).rows;
}

const REACH = `
SELECT (SELECT count(DISTINCT host_id) FROM oopstream.census_host_release
    WHERE tenant = $1 AND last_seen_at > $2::timestamptz - $4 * interval '1 millisecond' AND first_seen_at < $3
  ) AS "fleetHosts",
  count(DISTINCT host_id) FILTER (WHERE fatal) AS "fatalHosts", count(DISTINCT host_id) AS "crashedHosts"
FROM oopstream.crash ${KNOWN}
WHERE crash.tenant = $1 AND crash_time >= $2 AND crash_time < $3 AND crash.incident_id = $5 AND known`;

const FIRST_HITS = `
SELECT date_trunc('day', first_seen_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS "dayMs", count(*) AS hosts
FROM oopstream.incident_host WHERE tenant = $1 AND incident_id = $2 AND crashes > 0 GROUP BY 1 ORDER BY 1`;

export async function reach(
  sql: Sql,
  tenant: string,
  { sinceMs, untilMs }: CensusWindow,
  maxGapMs: number,
  incidentId: string,
): Promise<ReachRow> {
  const values = [tenant, timestamp(sinceMs), timestamp(untilMs), maxGapMs, incidentId];
  const { rows } = await sql.query<Omit<ReachRow, 'firstHits'>>(REACH, values, 'reach');
  const hits = await sql.query<ReachRow['firstHits'][number]>(FIRST_HITS, [tenant, incidentId], 'first_hits');
  return { ...(rows[0] ?? { fleetHosts: 0, fatalHosts: 0, crashedHosts: 0 }), firstHits: hits.rows };
}
