import { blobKey } from '@oopstream/ports';
import type { RetentionStore } from '@oopstream/ports';
import { jsonRows, timestamp } from './json-rows';
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

const FORGET_TRANSCRIPTS = `
WITH gone AS (
  DELETE FROM oopstream.transcript WHERE (tenant, transcript_id) IN (
    SELECT tenant, transcript_id FROM oopstream.transcript
    WHERE last_received_at < (SELECT floor FROM oopstream.retention) LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING tenant, transcript_id, sha256, omitted_readings
), body AS (
  DELETE FROM oopstream.transcript_body b USING gone
  WHERE b.tenant = gone.tenant AND b.transcript_id = gone.transcript_id
  RETURNING b.tenant, b.sha256, b.sampled_away
), reading AS (
  DELETE FROM oopstream.reading r USING gone WHERE r.tenant = gone.tenant AND r.transcript_id = gone.transcript_id
  RETURNING r.tenant, r.outcome
), link AS (
  DELETE FROM oopstream.reading_crash l USING gone
  WHERE l.tenant = gone.tenant AND l.transcript_id = gone.transcript_id
), ref AS (
  -- A rejected text's body was never referred to; if it lies in the store, it goes too.
  INSERT INTO oopstream.blob_ref AS ref (tenant, sha256, refs, unreferenced_at)
  SELECT tenant, sha256, 0, now() FROM gone GROUP BY tenant, sha256 ORDER BY tenant COLLATE "C", sha256 COLLATE "C"
  ON CONFLICT (tenant, sha256) DO UPDATE SET
    refs = ref.refs - (SELECT count(*) FROM body
      WHERE body.tenant = ref.tenant AND body.sha256 = ref.sha256 AND body.sampled_away IS NULL),
    unreferenced_at = CASE WHEN ref.refs = (SELECT count(*) FROM body
      WHERE body.tenant = ref.tenant AND body.sha256 = ref.sha256 AND body.sampled_away IS NULL)
      THEN coalesce(ref.unreferenced_at, now()) END
), counted AS (
  INSERT INTO oopstream.forgotten_count AS known (tenant, kind, outcome, count)
  SELECT tenant, 'reading', outcome, count(*) FROM reading GROUP BY tenant, outcome
  UNION ALL
  SELECT tenant, 'reading', 'sampled-away', sum(omitted_readings) FROM gone GROUP BY tenant HAVING sum(omitted_readings) > 0
  UNION ALL
  SELECT tenant, 'body', coalesce('sampled-away:' || sampled_away, 'kept'), count(*) FROM body GROUP BY tenant, sampled_away
  ON CONFLICT (tenant, kind, outcome) DO UPDATE SET count = known.count + excluded.count
)
SELECT count(*) AS count FROM gone`;

// Nobody adds to hours from before the floor but a late receipt that is refused: it makes a row of its own again.
const ROLL_UP_HOURS = `
WITH gone AS (
  DELETE FROM oopstream.ledger_hour WHERE hour > 'epoch' AND hour < (SELECT floor FROM oopstream.retention)
  RETURNING tenant, kind, outcome, count
)
INSERT INTO oopstream.ledger_hour AS ledger (tenant, hour, shard, kind, outcome, count)
SELECT tenant, 'epoch', 0, kind, outcome, sum(count) FROM gone GROUP BY tenant, kind, outcome
ON CONFLICT (hour, tenant, shard, kind, outcome) DO UPDATE SET count = ledger.count + excluded.count`;

const TAKE_UNREFERENCED = `
SELECT tenant, sha256 FROM oopstream.blob_ref WHERE unreferenced_at < $1::timestamptz
ORDER BY unreferenced_at LIMIT $2 FOR UPDATE SKIP LOCKED`;

const DROP_REFS = `
DELETE FROM oopstream.blob_ref ref USING jsonb_to_recordset($1::jsonb) AS row(tenant text, sha256 text)
WHERE ref.tenant = row.tenant AND ref.sha256 = row.sha256`;

const SPARE_REFS = `
UPDATE oopstream.blob_ref ref SET unreferenced_at = $2::timestamptz
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, sha256 text)
WHERE ref.tenant = row.tenant AND ref.sha256 = row.sha256`;

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
        const transcripts = await sql.query<{ count: number }>(FORGET_TRANSCRIPTS, [limit]);
        await sql.query(ROLL_UP_HOURS);
        const claims = await sql.query(FORGET_CLAIMS, [limit]);
        const deliveries = await sql.query(FORGET_DELIVERIES, [limit]);
        return {
          receipts: rows[0]?.count ?? 0,
          transcripts: transcripts.rows[0]?.count ?? 0,
          claims: claims.rowCount,
          deliveries: deliveries.rowCount,
        };
      }),
    dropBodies: ({ beforeMs, nowMs, limit }, remove) =>
      pool.transaction(async (sql) => {
        const { rows } = await sql.query<{ tenant: string; sha256: string }>(TAKE_UNREFERENCED, [
          timestamp(beforeMs),
          limit,
        ]);
        // The rows are locked meanwhile: who refers to one of these bodies anew waits, and makes a row of its own.
        const [gone, spared]: [typeof rows, typeof rows] = [[], []];
        for (const row of rows) ((await remove(blobKey(row.tenant, row.sha256))) ? gone : spared).push(row);
        if (gone.length > 0) await sql.query(DROP_REFS, [jsonRows(gone)]);
        if (spared.length > 0) await sql.query(SPARE_REFS, [jsonRows(spared), timestamp(nowMs)]);
        return { looked: rows.length, gone: gone.length };
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
