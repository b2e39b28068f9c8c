import { compareCounts, formatIncidentNumber } from '@oopstream/core-incident';
import type { ComparableCount } from '@oopstream/core-incident';
import type { HourCount, HourRange, LedgerCheck } from '@oopstream/ports';
import { findExamples } from './ledger-examples';
import { timestamp } from './json-rows';
import type { Sql } from './pool';

/** Hours from before the floor are one: their rows may be gone, and only the sum of what they counted is kept. */
const hourOf = (
  time: string,
): string => `CASE WHEN ${time} < (SELECT floor FROM oopstream.retention) THEN NULL
  ELSE date_trunc('hour', ${time} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' END`;

const WITHIN = (time: string): string => `${time} >= $2::timestamptz AND ${time} < $3::timestamptz`;

const OF_TENANT = (column = 'tenant'): string => `($1::text IS NULL OR ${column} = $1)`;

const COUNTED = `
SELECT tenant, ${hourOf('hour')} AS "hourMs", kind, outcome, sum(count)::bigint AS count
FROM oopstream.ledger_hour WHERE ${OF_TENANT()} AND ${WITHIN('hour')}
GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0 ORDER BY 2 NULLS FIRST, 1, 3, 4`;

const ROWS = `
SELECT tenant, received_at AS at, 'transcript' AS kind, outcome || coalesce(':' || reason, '') AS outcome, 1 AS count
FROM oopstream.receipt WHERE ${OF_TENANT()} AND ${WITHIN('received_at')}
UNION ALL
SELECT tenant, received_at, 'redelivered', 'redelivered', jsonb_array_length(redelivered_from)
FROM oopstream.receipt WHERE ${OF_TENANT()} AND ${WITHIN('received_at')} AND redelivered_from <> '[]'
UNION ALL
SELECT tenant, received_at, 'reading', outcome, 1
FROM oopstream.reading WHERE ${OF_TENANT()} AND ${WITHIN('received_at')}
UNION ALL
SELECT t.tenant, b.received_at, 'reading', 'sampled-away', t.omitted_readings
FROM oopstream.transcript t JOIN oopstream.transcript_body b USING (tenant, transcript_id)
WHERE t.omitted_readings > 0 AND ${OF_TENANT('t.tenant')} AND ${WITHIN('b.received_at')}
UNION ALL
SELECT tenant, received_at, 'crash', 'counted', 1
FROM oopstream.crash WHERE ${OF_TENANT()} AND ${WITHIN('received_at')}
UNION ALL
SELECT tenant, received_at, 'body', coalesce('sampled-away:' || sampled_away, 'kept'), 1
FROM oopstream.transcript_body WHERE ${OF_TENANT()} AND ${WITHIN('received_at')}
UNION ALL
SELECT tenant, 'epoch', kind, outcome, count
FROM oopstream.forgotten_count WHERE ${OF_TENANT()} AND $4::boolean`;

const FOUND = `
SELECT tenant, ${hourOf('at')} AS "hourMs", kind, outcome, sum(count)::bigint AS count FROM (${ROWS}) AS row
GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0`;

/** A merged incident's crashes are its survivor's, whichever of both rows counts them. */
const INCIDENTS = `
SELECT root.tenant, root.number, sum(i.crashes)::bigint AS expected,
  (sum(coalesce(c.crashes, 0)) + sum(coalesce(f.crashes, 0)))::bigint AS found
FROM oopstream.incident i
JOIN oopstream.incident root ON root.id = coalesce(i.merged_into, i.id)
LEFT JOIN (SELECT incident_id, count(*) AS crashes FROM oopstream.crash WHERE ${OF_TENANT()} GROUP BY incident_id) c
  ON c.incident_id = i.id
LEFT JOIN oopstream.forgotten_incident f ON f.incident_id = i.id
WHERE ${OF_TENANT('i.tenant')} GROUP BY root.id`;

/** The range as parameters; one that begins before the floor begins with all that was before it. */
async function bounds(sql: Sql, tenant: string | null, { fromMs, toMs }: HourRange): Promise<unknown[]> {
  const { rows } = await sql.query<{ floorMs: number }>('SELECT floor AS "floorMs" FROM oopstream.retention');
  const isWhole = fromMs === null || fromMs < (rows[0]?.floorMs ?? 0);
  return [tenant, isWhole ? '-infinity' : timestamp(fromMs), timestamp(toMs), isWhole];
}

export async function readHours(
  sql: Sql,
  tenant: string | null,
  range: HourRange,
): Promise<readonly HourCount[]> {
  const [owner, from, to] = await bounds(sql, tenant, range);
  return (await sql.query<HourCount>(COUNTED, [owner, from, to], 'ledger_hours')).rows;
}

export async function checkHours(sql: Sql, tenant: string | null, range: HourRange): Promise<LedgerCheck> {
  const params = await bounds(sql, tenant, range);
  const counted = await sql.query<HourCount>(COUNTED, params.slice(0, 3), 'ledger_hours');
  const found = await sql.query<HourCount>(FOUND, params, 'ledger_rows');
  return withExamples(sql, counted.rows, found.rows);
}

export async function checkIncidents(sql: Sql, tenant: string | null): Promise<LedgerCheck> {
  const { rows } = await sql.query<{ tenant: string; number: number; expected: number; found: number }>(
    INCIDENTS,
    [tenant],
  );
  const count = (row: (typeof rows)[number], of: 'expected' | 'found'): ComparableCount => ({
    ...{ tenant: row.tenant, hourMs: null, kind: 'incident', count: row[of] },
    outcome: formatIncidentNumber(row.number),
  });
  return withExamples(
    sql,
    rows.map((row) => count(row, 'expected')),
    rows.map((row) => count(row, 'found')),
  );
}

async function withExamples(
  sql: Sql,
  counted: readonly ComparableCount[],
  found: readonly ComparableCount[],
): Promise<LedgerCheck> {
  const { hours, counts, differences } = compareCounts(counted, found);
  const mismatches = [];
  for (const one of differences) mismatches.push({ ...one, examples: await findExamples(sql, one) });
  return { hours, counts, mismatches };
}
