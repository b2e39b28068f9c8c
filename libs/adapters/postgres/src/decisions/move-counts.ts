import type { DecisionPlan } from '@oopstream/core-incident';
import type { Sql } from '../pool';

interface Facet {
  readonly name: string;
  readonly table: string;
  readonly column: string;
  /** Type of the column. */
  readonly type: 'text' | 'date' | 'timestamptz';
  /** What a crash counts to, of a row of crashes; null: to none. */
  readonly value: string;
  readonly hasTimes: boolean;
  readonly hasTitle: boolean;
}

/** As `hardwareBand` has it. */
const BAND = `CASE WHEN hardware_likelihood >= 0.6 THEN 'likely' WHEN hardware_likelihood >= 0.25 THEN 'possible'
  WHEN hardware_likelihood IS NOT NULL THEN 'unlikely' END`;

const text = (name: string, column: string, value: string, hasTitle = false): Facet => ({
  ...{ name, column, value, hasTitle },
  table: `incident_${name}`,
  type: 'text',
  hasTimes: true,
});

/** Every count of an incident by something of its crashes. */
const FACETS: readonly Facet[] = [
  text('host', 'host_id', 'host_id'),
  text('release', 'kernel_release', 'kernel_release'),
  text('variant', 'exact_key', 'exact_key', true),
  text('verdict', 'verdict', 'verdict'),
  text('hardware', 'hardware', BAND),
  {
    name: 'day',
    table: 'incident_daily',
    column: 'day',
    type: 'date',
    value: `(crash_time AT TIME ZONE 'UTC')::date::text`,
    hasTimes: false,
    hasTitle: false,
  },
];

/** What a merged incident counted beside the crashes that were moved: those that retention had dropped. */
const restOf = ({ name, table, column, value, hasTimes, hasTitle }: Facet): string => `
INSERT INTO oopstream.decision_count (decision_id, from_incident, to_incident, facet, value, title, crashes,
  fatal_crashes, first_seen_at, last_seen_at)
SELECT $1::uuid, $2::uuid, $3::uuid, '${name}', f.${column}::text, ${hasTitle ? 'f.title' : `''`},
  f.crashes - coalesce(m.crashes, 0), f.fatal_crashes - coalesce(m.fatal, 0),
  ${hasTimes ? 'f.first_seen_at, f.last_seen_at' : 'i.first_seen_at, i.last_seen_at'}
FROM oopstream.${table} f JOIN oopstream.incident i ON i.id = f.incident_id
LEFT JOIN (
  SELECT ${value} AS value, count(*) AS crashes, count(*) FILTER (WHERE fatal) AS fatal
  FROM oopstream.decision_crash WHERE decision_id = $1::uuid GROUP BY 1
) m ON m.value = f.${column}::text
WHERE f.incident_id = $2::uuid AND (f.crashes, f.fatal_crashes) IS DISTINCT FROM (coalesce(m.crashes, 0),
  coalesce(m.fatal, 0))`;

const REST_TOTAL = `
INSERT INTO oopstream.decision_count (decision_id, from_incident, to_incident, facet, value, title, crashes,
  fatal_crashes, first_seen_at, last_seen_at)
SELECT $1::uuid, $2::uuid, $3::uuid, 'total', '', '', i.crashes - m.crashes, i.fatal_crashes - m.fatal,
  i.first_seen_at, i.last_seen_at
FROM oopstream.incident i, (
  SELECT count(*) AS crashes, count(*) FILTER (WHERE fatal) AS fatal
  FROM oopstream.decision_crash WHERE decision_id = $1::uuid
) m
WHERE i.id = $2::uuid AND (i.crashes, i.fatal_crashes) IS DISTINCT FROM (m.crashes, m.fatal)`;

/** What an undone merge had moved of such counts goes back. */
const REST_BACK = `
INSERT INTO oopstream.decision_count (decision_id, from_incident, to_incident, facet, value, title, crashes,
  fatal_crashes, first_seen_at, last_seen_at)
SELECT $1::uuid, to_incident, from_incident, facet, value, title, crashes, fatal_crashes, first_seen_at, last_seen_at
FROM oopstream.decision_count WHERE decision_id = $2::uuid`;

/** Crashes that went back although retention had dropped them: forgotten of the one are forgotten of the other now. */
const MOVE_FORGOTTEN = `
WITH gone AS (
  SELECT count(*) AS crashes FROM oopstream.decision_crash d
  LEFT JOIN oopstream.crash c ON c.crash_id = d.crash_id AND c.received_at = d.received_at
  WHERE d.decision_id = $1::uuid AND c.crash_id IS NULL
)
INSERT INTO oopstream.forgotten_incident AS known (incident_id, crashes)
SELECT side.id, sign * crashes FROM gone, (VALUES ($2::uuid, -1), ($3::uuid, 1)) AS side(id, sign) WHERE crashes > 0
ON CONFLICT (incident_id) DO UPDATE SET crashes = known.crashes + excluded.crashes`;

/** Moved rows, counted by both incidents: minus where they came from, plus where they went. */
const deltaOf = (facet: string, value: string, type: string): string => `
SELECT incident_id, value::${type} AS value, max(title) AS title, sum(sign * crashes)::bigint AS crashes,
  sum(sign * fatal)::bigint AS fatal, min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at
FROM (
  SELECT from_incident, to_incident, ${value} AS value, max(title) AS title, count(*) AS crashes,
    count(*) FILTER (WHERE fatal) AS fatal, min(crash_time) AS first_seen_at, max(crash_time) AS last_seen_at
  FROM oopstream.decision_crash WHERE decision_id = $1::uuid AND from_incident <> to_incident GROUP BY 1, 2, 3
  UNION ALL
  SELECT from_incident, to_incident, value, title, crashes, fatal_crashes, first_seen_at, last_seen_at
  FROM oopstream.decision_count WHERE decision_id = $1::uuid AND facet = '${facet}'
) moved CROSS JOIN LATERAL (VALUES (from_incident, -1), (to_incident, 1)) AS side(incident_id, sign)
WHERE value IS NOT NULL GROUP BY incident_id, value`;

const addTo = ({ name, table, column, type, value, hasTimes, hasTitle }: Facet): string => {
  const more = `${hasTimes ? ', first_seen_at, last_seen_at' : ''}${hasTitle ? ', title' : ''}`;
  const wider = `, first_seen_at = CASE WHEN excluded.crashes < 0 THEN f.first_seen_at
      ELSE least(f.first_seen_at, excluded.first_seen_at) END,
    last_seen_at = CASE WHEN excluded.crashes < 0 THEN f.last_seen_at
      ELSE greatest(f.last_seen_at, excluded.last_seen_at) END`;
  return `
WITH delta AS (${deltaOf(name, value, type)})
INSERT INTO oopstream.${table} AS f (tenant, incident_id, ${column}, crashes, fatal_crashes${more})
SELECT $2, incident_id, value, crashes, fatal${more} FROM delta ORDER BY incident_id, value
ON CONFLICT (incident_id, ${column}) DO UPDATE SET crashes = f.crashes + excluded.crashes,
  fatal_crashes = f.fatal_crashes + excluded.fatal_crashes${hasTimes ? wider : ''}`;
};

const ADD_TOTAL = `
WITH delta AS (${deltaOf('total', `''::text`, 'text')})
UPDATE oopstream.incident i SET crashes = i.crashes + delta.crashes, fatal_crashes = i.fatal_crashes + delta.fatal,
  hosts = (SELECT count(*) FROM oopstream.incident_host h WHERE h.incident_id = i.id),
  first_seen_at = CASE WHEN delta.crashes < 0 THEN i.first_seen_at
    WHEN i.crashes = 0 THEN delta.first_seen_at ELSE least(i.first_seen_at, delta.first_seen_at) END,
  last_seen_at = CASE WHEN delta.crashes < 0 THEN i.last_seen_at
    WHEN i.crashes = 0 THEN delta.last_seen_at ELSE greatest(i.last_seen_at, delta.last_seen_at) END,
  updated_at = $2::timestamptz
FROM delta WHERE delta.incident_id = i.id`;

/** One look at the crashes that an incident has left; for those counts whose crashes are all still stored. */
const NARROW = `
WITH counted AS MATERIALIZED (
  SELECT host_id, kernel_release, exact_key, verdict, band, grouping(host_id, kernel_release, exact_key, verdict, band)
    AS level, count(*) AS crashes, min(crash_time) AS first, max(crash_time) AS last
  FROM (SELECT *, ${BAND} AS band FROM oopstream.crash WHERE tenant = $2 AND incident_id = $1::uuid) c
  GROUP BY GROUPING SETS ((host_id), (kernel_release), (exact_key), (verdict), (band), ())
)${['host_id', 'kernel_release', 'exact_key', 'verdict', 'band']
  .map((column, index) => {
    const facet = FACETS[index];
    const [table, own] = [facet?.table ?? '', facet?.column ?? ''];
    return `, by_${own} AS (
  UPDATE oopstream.${table} f SET first_seen_at = first, last_seen_at = last FROM counted
  WHERE level = ${0b11111 ^ (1 << (4 - index))} AND f.incident_id = $1::uuid AND f.${own} = counted.${column}
    AND f.crashes = counted.crashes
)`;
  })
  .join('')}
UPDATE oopstream.incident i SET first_seen_at = first, last_seen_at = last FROM counted
WHERE level = ${0b11111} AND i.id = $1::uuid AND i.crashes = counted.crashes AND i.crashes > 0`;

/** Moves what incidents count along with the crashes that {@link moveCrashes} noted. Exact, whatever retention dropped. */
export async function moveCounts(sql: Sql, { decision, crashes }: DecisionPlan): Promise<void> {
  if (crashes === null || crashes.fromIncidentId === crashes.toIncidentId) return;
  const { select, fromIncidentId, toIncidentId } = crashes;
  const { id, tenant } = decision;
  if (select.by === 'incident')
    for (const statement of [...FACETS.map(restOf), REST_TOTAL])
      await sql.query(statement, [id, fromIncidentId, toIncidentId]);
  if (select.by === 'decision') {
    await sql.query(REST_BACK, [id, select.decisionId]);
    await sql.query(MOVE_FORGOTTEN, [id, fromIncidentId, toIncidentId]);
  }
  for (const facet of FACETS) {
    await sql.query(addTo(facet), [id, tenant]);
    await sql.query(`DELETE FROM oopstream.${facet.table} WHERE incident_id = $1::uuid AND crashes = 0`, [
      fromIncidentId,
    ]);
  }
  await sql.query(ADD_TOTAL, [id, new Date(decision.atMs).toISOString()]);
  await narrowTimes(sql, tenant, fromIncidentId);
}

/** Sets first and last sightings of an incident and its counts to what its crashes say, where all of them are stored. */
export async function narrowTimes(sql: Sql, tenant: string, incidentId: string): Promise<void> {
  await sql.query(NARROW, [incidentId, tenant]);
}
