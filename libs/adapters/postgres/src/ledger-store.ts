import type { LedgerCounts, LedgerStore } from '@oopstream/ports';
import { checkPositions } from './ledger-positions';
import { checkHours, checkIncidents, readHours } from './ledger-hours';
import type { PostgresPool, Sql } from './pool';

const COUNTED = `
SELECT kind, outcome, sum(count)::bigint AS count FROM oopstream.ledger_count
WHERE $1::text IS NULL OR tenant = $1 GROUP BY kind, outcome HAVING sum(count) <> 0`;

const COUNTED_MARKS = `
SELECT source_partition AS partition, sum(receipts)::bigint AS receipts, max(max_offset) AS "maxOffset"
FROM oopstream.ledger_watermark WHERE $1::text IS NULL OR tenant = $1 GROUP BY source_partition
ORDER BY source_partition`;

const RECOUNTED = `
SELECT kind, outcome, sum(count)::bigint AS count FROM (
SELECT 'transcript' AS kind, outcome || coalesce(':' || reason, '') AS outcome, count(*) AS count
FROM oopstream.receipt WHERE $1::text IS NULL OR tenant = $1 GROUP BY outcome, reason
UNION ALL
SELECT 'reading', outcome, count(*) FROM oopstream.reading WHERE $1::text IS NULL OR tenant = $1 GROUP BY outcome
UNION ALL
SELECT 'crash', 'counted', count(*) FROM oopstream.crash WHERE $1::text IS NULL OR tenant = $1
UNION ALL
SELECT 'body', coalesce('sampled-away:' || sampled_away, 'kept'), count(*) FROM oopstream.transcript_body
WHERE $1::text IS NULL OR tenant = $1 GROUP BY sampled_away
UNION ALL
SELECT 'reading', 'sampled-away', sum(omitted_readings)::bigint FROM oopstream.transcript
WHERE ($1::text IS NULL OR tenant = $1) HAVING sum(omitted_readings) > 0
UNION ALL
SELECT 'redelivered', 'redelivered', sum(jsonb_array_length(redelivered_from))::bigint FROM oopstream.receipt
WHERE ($1::text IS NULL OR tenant = $1) HAVING sum(jsonb_array_length(redelivered_from)) > 0
UNION ALL
SELECT kind, outcome, count FROM oopstream.forgotten_count WHERE $1::text IS NULL OR tenant = $1
) AS part GROUP BY kind, outcome HAVING sum(count) <> 0`;

const RECOUNTED_MARKS = `
SELECT partition, sum(receipts)::bigint AS receipts, max("maxOffset") AS "maxOffset" FROM (
SELECT source_partition AS partition, count(*) AS receipts, max(source_offset) AS "maxOffset"
FROM oopstream.receipt WHERE $1::text IS NULL OR tenant = $1 GROUP BY source_partition
UNION ALL
SELECT source_partition, receipts, max_offset FROM oopstream.forgotten_watermark WHERE $1::text IS NULL OR tenant = $1
) AS part GROUP BY partition ORDER BY partition`;

type Row = { kind: string; outcome: string; count: number };
type Mark = LedgerCounts['watermark'][number];

export function createLedgerStore(pool: PostgresPool): LedgerStore {
  return {
    hours: (tenant, range) => readAsOne(pool, (sql) => readHours(sql, tenant, range)),
    check: (tenant, range) => readAsOne(pool, (sql) => checkHours(sql, tenant, range)),
    checkPositions: (below) => readAsOne(pool, (sql) => checkPositions(sql, below)),
    checkIncidents: (tenant) => readAsOne(pool, (sql) => checkIncidents(sql, tenant)),
    counts: (tenant) => readAsOne(pool, (sql) => read(sql, COUNTED, COUNTED_MARKS, tenant)),
    recount: (tenant) =>
      readAsOne(pool, async (sql) => {
        const { rows } = await sql.query<{ fromMs: number }>(
          'SELECT floor AS "fromMs" FROM oopstream.retention',
        );
        return {
          fromMs: rows[0]?.fromMs ?? 0,
          counts: await read(sql, RECOUNTED, RECOUNTED_MARKS, tenant),
        };
      }),
  };
}

/** All statements see the same state. */
function readAsOne<T>(pool: PostgresPool, work: (sql: Sql) => Promise<T>): Promise<T> {
  return pool.transaction(async (sql) => {
    await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return work(sql);
  });
}

async function read(sql: Sql, counts: string, marks: string, tenant: string | null): Promise<LedgerCounts> {
  const { rows } = await sql.query<Row>(counts, [tenant]);
  const of = (kind: string): Record<string, number> =>
    Object.fromEntries(rows.filter((row) => row.kind === kind).map((row) => [row.outcome, row.count]));
  return {
    transcripts: of('transcript'),
    readings: of('reading'),
    crashes: of('crash'),
    bodies: of('body'),
    redelivered: of('redelivered')['redelivered'] ?? 0,
    watermark: (await sql.query<Mark>(marks, [tenant])).rows,
  };
}
