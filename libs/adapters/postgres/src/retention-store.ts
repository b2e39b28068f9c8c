import type { RetentionStore } from '@oopstream/ports';
import { timestamp } from './json-rows';
import type { PostgresPool, Sql } from './pool';

/** One sweep at a time. */
const SWEEP_LOCK = 7_246_190_018;

/** Shared by batches that hold receipts from before the floor: see `load-batch`. */
const FORGET_LOCK = 7_246_190_017;

/** Dropping a table waits for its readers, and everybody else waits behind it meanwhile: not for long. */
const DROP_PATIENCE = `SET LOCAL lock_timeout = '3s'`;

const FLOOR = `
SELECT floor AS "floorMs", date_trunc('month', $1::timestamptz AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS "monthMs"
FROM oopstream.retention`;

const FORGET_RECEIPTS = `
WITH gone AS (
  DELETE FROM oopstream.receipt WHERE receipt_id IN (
    SELECT receipt_id FROM oopstream.receipt WHERE received_at < (SELECT floor FROM oopstream.retention)
    ORDER BY received_at LIMIT $1)
  RETURNING tenant, source_partition, source_offset, outcome, reason, redelivered_from
), place AS (
  SELECT source_partition AS part, source_offset AS at FROM gone
  UNION SELECT row.partition, row.offset
  FROM gone, jsonb_to_recordset(gone.redelivered_from) AS row(partition integer, "offset" bigint)
), remembered AS (
  INSERT INTO oopstream.forgotten_position AS known (source_partition, offsets)
  SELECT part, range_agg(int8range(at, at, '[]')) FROM place GROUP BY part
  ON CONFLICT (source_partition) DO UPDATE SET offsets = known.offsets + excluded.offsets
), counted AS (
  INSERT INTO oopstream.forgotten_count AS known (tenant, kind, outcome, count)
  SELECT tenant, 'transcript', outcome || coalesce(':' || reason, ''), count(*) FROM gone GROUP BY 1, 2, 3
  UNION ALL
  SELECT tenant, 'redelivered', 'redelivered', sum(jsonb_array_length(redelivered_from)) FROM gone GROUP BY tenant
  HAVING sum(jsonb_array_length(redelivered_from)) > 0
  ON CONFLICT (tenant, kind, outcome) DO UPDATE SET count = known.count + excluded.count
), marked AS (
  INSERT INTO oopstream.forgotten_watermark AS known (tenant, source_partition, receipts, max_offset)
  SELECT tenant, source_partition, count(*), max(source_offset) FROM gone GROUP BY tenant, source_partition
  ON CONFLICT (tenant, source_partition) DO UPDATE SET receipts = known.receipts + excluded.receipts,
    max_offset = greatest(known.max_offset, excluded.max_offset)
)
SELECT count(*) AS count FROM gone`;

const FORGET_CLAIMS = `
DELETE FROM oopstream.transcript_claim WHERE (tenant, transcript_id) IN (
  SELECT tenant, transcript_id FROM oopstream.transcript_claim
  WHERE claimed_at < (SELECT floor FROM oopstream.retention) ORDER BY claimed_at LIMIT $1)`;

const FORGET_DELIVERIES = `
DELETE FROM oopstream.delivery WHERE id IN (
  SELECT id FROM oopstream.delivery
  WHERE state <> 'open' AND closed_at < (SELECT floor FROM oopstream.retention) ORDER BY closed_at LIMIT $1)`;

export function createRetentionStore(pool: PostgresPool): RetentionStore {
  /** @returns `null` where another sweep is under way */
  const alone = <T>(work: (sql: Sql) => Promise<T>): Promise<T | null> =>
    pool.transaction(async (sql) => {
      const { rows } = await sql.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
        SWEEP_LOCK,
      ]);
      return rows[0]?.mine === true ? work(sql) : null;
    });
  return {
    dropMonths: (beforeMs) => alone((sql) => dropMonths(sql, timestamp(beforeMs))),
    forget: (limit) =>
      alone(async (sql) => {
        await sql.query('SELECT pg_advisory_xact_lock($1)', [FORGET_LOCK]);
        const { rows } = await sql.query<{ count: number }>(FORGET_RECEIPTS, [limit]);
        const claims = await sql.query(FORGET_CLAIMS, [limit]);
        const deliveries = await sql.query(FORGET_DELIVERIES, [limit]);
        return {
          receipts: rows[0]?.count ?? 0,
          claims: claims.rowCount,
          deliveries: deliveries.rowCount,
        };
      }),
  };
}

/** Takes no lock where no month is over: that is most of the time. */
async function dropMonths(sql: Sql, before: string): Promise<{ floorMs: number; droppedMonths: number }> {
  const { rows } = await sql.query<{ floorMs: number; monthMs: number }>(FLOOR, [before]);
  const { floorMs, monthMs } = rows[0] ?? { floorMs: 0, monthMs: 0 };
  if (monthMs <= floorMs) return { floorMs, droppedMonths: 0 };
  await sql.query(DROP_PATIENCE);
  const { rows: dropped } = await sql.query<{ months: number }>(
    'SELECT oopstream.drop_crash_partitions($1::timestamptz) AS months',
    [before],
  );
  return { floorMs: monthMs, droppedMonths: dropped[0]?.months ?? 0 };
}
