import type { CountDifference } from '@oopstream/core-incident';
import { MISMATCH_EXAMPLES } from '@oopstream/ports';
import { timestamp } from './json-rows';
import type { Sql } from './pool';

const HOUR_MS = 3_600_000;

// What is missing is named by rows that imply it; parameters are tenant and hour.
const MISSING: Partial<Record<CountDifference['kind'], string>> = {
  transcript: `
SELECT t.transcript_id AS id FROM oopstream.transcript t
WHERE t.tenant = $1 AND t.first_received_at >= $2 AND t.first_received_at < $3 AND NOT EXISTS (
  SELECT FROM oopstream.receipt r WHERE r.tenant = t.tenant AND r.transcript_id = t.transcript_id)`,
  reading: `
SELECT t.transcript_id AS id FROM oopstream.transcript_body b
JOIN oopstream.transcript t USING (tenant, transcript_id)
WHERE b.tenant = $1 AND b.received_at >= $2 AND b.received_at < $3 AND t.outcome = 'read' AND NOT EXISTS (
  SELECT FROM oopstream.reading r WHERE r.tenant = t.tenant AND r.transcript_id = t.transcript_id)`,
  crash: `
SELECT s.crash_id::text AS id FROM oopstream.crash_seen s
WHERE s.tenant = $1 AND s.received_at >= $2 AND s.received_at < $3 AND NOT EXISTS (
  SELECT FROM oopstream.crash c WHERE c.crash_id = s.crash_id AND c.received_at = s.received_at)`,
  body: `
SELECT t.transcript_id AS id FROM oopstream.transcript t
WHERE t.tenant = $1 AND t.first_received_at >= $2 AND t.first_received_at < $3 AND t.outcome <> 'rejected' AND NOT EXISTS (
  SELECT FROM oopstream.transcript_body b WHERE b.tenant = t.tenant AND b.transcript_id = t.transcript_id)`,
};

// What is too much: the rows themselves, by outcome.
const SURPLUS: Partial<Record<CountDifference['kind'], string>> = {
  transcript: `
SELECT receipt_id AS id FROM oopstream.receipt
WHERE tenant = $1 AND received_at >= $2 AND received_at < $3 AND outcome || coalesce(':' || reason, '') = $4`,
  reading: `
SELECT transcript_id || '/' || byte_start AS id FROM oopstream.reading
WHERE tenant = $1 AND received_at >= $2 AND received_at < $3 AND outcome = $4`,
  crash: `
SELECT crash_id::text AS id FROM oopstream.crash
WHERE tenant = $1 AND received_at >= $2 AND received_at < $3 AND $4 = 'counted'`,
  body: `
SELECT transcript_id AS id FROM oopstream.transcript_body
WHERE tenant = $1 AND received_at >= $2 AND received_at < $3
  AND coalesce('sampled-away:' || sampled_away, 'kept') = $4`,
};

/** Names some of what a difference is about: what other rows say must be there, or what nobody counted. */
export async function findExamples(sql: Sql, difference: CountDifference): Promise<readonly string[]> {
  const { tenant, hourMs, kind, outcome, expected, found } = difference;
  // Rows from before the floor may be gone rightly: none of them is evidence.
  if (hourMs === null) return [];
  const text = expected > found ? MISSING[kind] : SURPLUS[kind];
  if (text === undefined) return [];
  const place = [tenant, timestamp(hourMs), timestamp(hourMs + HOUR_MS)];
  const { rows } = await sql.query<{ id: string }>(
    `${text} ORDER BY 1 LIMIT ${MISMATCH_EXAMPLES}`,
    expected > found ? place : [...place, outcome],
  );
  return rows.map(({ id }) => id);
}
