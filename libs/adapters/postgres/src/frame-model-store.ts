import { STACK_VERSION } from '@oopstream/core-similarity';
import { RECOUNT_GROWTH } from '@oopstream/ports';
import type { FrameModelStore } from '@oopstream/ports';
import { timestamp } from './json-rows';
import type { PostgresPool } from './pool';

/** One count at a time. */
const RECOUNT_LOCK = 7_246_190_032;

const SELECT_GROWN = `
SELECT counted.tenant, counted.keys, coalesce(m.version, 0) + 1 AS version
FROM (SELECT tenant, count(DISTINCT group_key) AS keys FROM oopstream.key_stack WHERE version = $1 GROUP BY tenant) counted
LEFT JOIN oopstream.frame_model m USING (tenant)
WHERE counted.keys >= coalesce(m.keys, 0) * (1 + $2::double precision) + 1`;

const COUNT_FRAMES = `
INSERT INTO oopstream.frame_frequency (tenant, version, name, keys)
SELECT $1, $2, frame ->> 'name', count(DISTINCT s.group_key)
FROM oopstream.key_stack s, jsonb_array_elements(s.stack -> 'frames') AS frame
WHERE s.tenant = $1 AND s.version = $3
GROUP BY frame ->> 'name' HAVING count(DISTINCT s.group_key) > 1`;

const SAVE_MODEL = `
INSERT INTO oopstream.frame_model (tenant, version, keys, counted_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant) DO UPDATE SET version = excluded.version, keys = excluded.keys, counted_at = excluded.counted_at`;

/** @returns the count of functions on PostgreSQL; batches go on meanwhile, with the count before */
export function createFrameModelStore(pool: PostgresPool): FrameModelStore {
  return {
    recount: (nowMs) =>
      pool.transaction(async (sql) => {
        const { rows: locks } = await sql.query<{ ok: boolean }>(
          'SELECT pg_try_advisory_xact_lock($1) AS ok',
          [RECOUNT_LOCK],
        );
        if (locks[0]?.ok !== true) return null;
        const { rows: grown } = await sql.query<{ tenant: string; keys: number; version: number }>(
          SELECT_GROWN,
          [STACK_VERSION, RECOUNT_GROWTH],
        );
        for (const { tenant, keys, version } of grown) {
          await sql.query(COUNT_FRAMES, [tenant, version, STACK_VERSION]);
          await sql.query(SAVE_MODEL, [tenant, version, keys, timestamp(nowMs)]);
          await sql.query('DELETE FROM oopstream.frame_frequency WHERE tenant = $1 AND version < $2', [
            tenant,
            version,
          ]);
        }
        return grown.length;
      }),
  };
}
