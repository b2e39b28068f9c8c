import type { CensusStore, CensusWindow, CrashCountRow, ExposureRow } from '@oopstream/ports';
import { timestamp } from './json-rows';
import type { Sql } from './pool';

/** Closed time by days, and what is open behind each host's last sighting; `of` narrows to releases, $5. */
const exposureSql = (of: string): string => `
WITH closed AS (
  SELECT kernel_release, sum(alive_ms) AS alive_ms FROM oopstream.census_day
  WHERE tenant = $1 AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND day < $3::timestamptz AT TIME ZONE 'UTC' ${of}
  GROUP BY kernel_release
), open AS (
  SELECT kernel_release, sum(extract(epoch FROM least(last_seen_at + $4 * interval '1 millisecond', $3)
    - greatest(last_seen_at, $2)) * 1000) AS alive_ms FROM oopstream.census_host
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

const crashSql = (of: string): string => `
SELECT crash.kernel_release AS release,
  count(*) FILTER (WHERE fatal AND host.host_id IS NOT NULL) AS fatal,
  count(DISTINCT host.host_id) FILTER (WHERE fatal) AS "fatalHosts",
  count(*) FILTER (WHERE NOT fatal AND host.host_id IS NOT NULL) AS survived,
  count(DISTINCT host.host_id) FILTER (WHERE NOT fatal) AS "survivedHosts",
  count(*) FILTER (WHERE fatal AND host.host_id IS NULL) AS "fatalOutside",
  min(crash_time) FILTER (WHERE fatal) AS "firstFatalAtMs", max(crash_time) FILTER (WHERE fatal) AS "lastFatalAtMs"
FROM oopstream.crash
LEFT JOIN oopstream.census_host_release AS host
  ON host.tenant = crash.tenant AND host.kernel_release = crash.kernel_release AND host.host_id = crash.host_id
WHERE crash.tenant = $1 AND crash_time >= $2 AND crash_time < $3 AND ${of}
GROUP BY crash.kernel_release ORDER BY crash.kernel_release`;

const CRASHES = crashSql('crash.kernel_release = ANY($4::text[])');
const CRASHES_OF_INCIDENT = crashSql('crash.incident_id = $4 AND crash.kernel_release IS NOT NULL');
const CRASHES_OF_BOTH = crashSql('crash.incident_id = $4 AND crash.kernel_release = ANY($5::text[])');

export async function crashCounts(
  sql: Sql,
  tenant: string,
  { sinceMs, untilMs }: CensusWindow,
  { incidentId, releases }: Parameters<CensusStore['crashes']>[2],
): Promise<readonly CrashCountRow[]> {
  const values = [tenant, timestamp(sinceMs), timestamp(untilMs)];
  const ask = (text: string, more: readonly unknown[], name: string) =>
    sql.query<CrashCountRow>(text, [...values, ...more], name);
  if (incidentId === null) return (await ask(CRASHES, [releases], 'count_crashes_on')).rows;
  if (releases === null) return (await ask(CRASHES_OF_INCIDENT, [incidentId], 'count_crashes_of')).rows;
  return (await ask(CRASHES_OF_BOTH, [incidentId, releases], 'count_crashes_of_on')).rows;
}
