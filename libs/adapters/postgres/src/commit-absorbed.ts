import type { AbsorbedCrash } from '@oopstream/core-incident';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

// The links so far are closed and follow as ordinary ones of the crash that stays: history stays.
const MOVE_LINKS = `
WITH closed AS (
  UPDATE oopstream.reading_crash link SET valid_to = row.at
  FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, "into" uuid, at timestamptz)
  WHERE link.crash_id = row.id AND link.valid_to IS NULL
  RETURNING link.*, row."into", row.at
)
INSERT INTO oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary,
  valid_from, reason, detail)
SELECT tenant, transcript_id, byte_start, algorithm_version, "into", false, at, 'copies-met',
  detail || jsonb_build_object('absorbed', crash_id, 'before', reason) FROM closed ORDER BY id`;

const DELETE_CRASHES = `
WITH row AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, "receivedAt" timestamptz, "into" uuid)
), seen AS (
  UPDATE oopstream.crash_seen seen SET absorbed_into = row."into" FROM row WHERE seen.crash_id = row.id
)
DELETE FROM oopstream.crash crash USING row
WHERE crash.crash_id = row.id AND crash.received_at = row."receivedAt"`;

/** Makes crashes part of others: their rows go, what was read of them counts to the crash that stays. */
export async function commitAbsorbed(sql: Sql, absorbed: readonly AbsorbedCrash[]): Promise<void> {
  // One after the other: a crash that took in another may go itself.
  for (const { id, into, receivedAtMs, atMs } of absorbed) {
    const json = jsonRows([{ id, into, at: timestamp(atMs), receivedAt: timestamp(receivedAtMs) }]);
    await sql.query(MOVE_LINKS, [json], 'move_links');
    await sql.query(DELETE_CRASHES, [json], 'delete_absorbed');
  }
}
