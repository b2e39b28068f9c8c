import { timestamp } from '../json-rows';
import type { Sql } from '../pool';

/** Rows that one look deletes. */
const PURGE_ROWS = 5_000;

const DONE = `SELECT id FROM oopstream.replay_run WHERE state IN ('cancelled', 'failed', 'rolled-back')
  OR (state = 'switched' AND switched_at < $1::timestamptz)`;

const PURGE_CRASHES = `
DELETE FROM oopstream.shadow_crash WHERE ctid = ANY(ARRAY(
  SELECT s.ctid FROM oopstream.shadow_crash s WHERE s.run_id IN (${DONE}) LIMIT ${PURGE_ROWS}))`;

const PURGE_REST = [
  'shadow_key',
  'shadow_stack',
  'shadow_stack_term',
  'shadow_incident',
  'replay_incident',
].map(
  (table) => `
DELETE FROM oopstream.${table} WHERE ctid = ANY(ARRAY(
  SELECT s.ctid FROM oopstream.${table} s WHERE s.run_id IN (${DONE}) LIMIT ${PURGE_ROWS}))`,
);

/** Lets go of shadows that nobody needs any more, some rows at a time; the runs themselves stay. */
export async function purgeShadows(sql: Sql, switchedBeforeMs: number): Promise<void> {
  for (const statement of [PURGE_CRASHES, ...PURGE_REST])
    await sql.query(statement, [timestamp(switchedBeforeMs)]);
}
