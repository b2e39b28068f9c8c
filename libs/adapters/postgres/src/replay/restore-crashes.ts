import type { CountedCrash, MovedCrash } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { timestamp } from '../json-rows';
import type { Sql } from '../pool';

/** No copy came since: each leaves a link more, and may have become the one that speaks. */
const IS_UNTOUCHED = `(s.links = (SELECT count(*) FROM oopstream.reading_crash now
  WHERE now.crash_id = s.crash_id AND now.valid_to IS NULL))`;

/** What the switch gave the crash is still what it shows. */
const IS_SAME = `(s.signed IS NOT NULL AND ${IS_UNTOUCHED} AND c.group_key = s.signed->'keys'->>'groupKey'
  AND c.exact_key = s.signed->'keys'->>'exactKey' AND c.title = s.signed->'keys'->>'title')`;

const MOVED = `oopstream.shadow_crash s
JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
WHERE s.run_id = $1 AND s.moved_to IS NOT NULL`;

interface Row extends Omit<CountedCrash, 'cause'> {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly fatal: boolean;
  readonly oldExactKey: string;
  readonly oldTitle: string;
  readonly verdict: string | null;
  readonly confidence: string | null;
  readonly hardwareLikelihood: number | null;
}

const SELECT_RESTORING = `
SELECT s.crash_id AS id, c.incident_id AS "from", s.incident_id AS "to", c.fatal, c.tenant, c.host_id AS "hostId",
  c.kernel_release AS "kernelRelease", c.exact_key AS "exactKey", c.title, c.crash_time AS "crashTimeMs", c.verdict,
  c.verdict_confidence AS confidence, c.hardware_likelihood AS "hardwareLikelihood",
  CASE WHEN ${IS_SAME} THEN s.before->'crash'->>'exact_key' ELSE c.exact_key END AS "oldExactKey",
  CASE WHEN ${IS_SAME} THEN s.before->'crash'->>'title' ELSE c.title END AS "oldTitle"
FROM ${MOVED} ORDER BY s.crash_id`;

/** What a switch moved, the other way round. */
export async function selectRestoring(sql: Sql, run: ReplayRun): Promise<MovedCrash[]> {
  const { rows } = await sql.query<Row>(SELECT_RESTORING, [run.id]);
  return rows.map((row) => {
    const { tenant, hostId, kernelRelease, crashTimeMs, verdict, confidence, hardwareLikelihood } = row;
    const cause =
      verdict === null
        ? null
        : { verdict, confidence: confidence ?? '', hardwareLikelihood: hardwareLikelihood ?? 0 };
    const common = { tenant, hostId, kernelRelease, crashTimeMs, cause };
    return {
      ...{ id: row.id, fatal: row.fatal, from: row.from, to: row.to },
      before: { ...common, exactKey: row.exactKey, title: row.title },
      after: { ...common, exactKey: row.oldExactKey, title: row.oldTitle },
    };
  });
}

// The links that the switch closed come back as they were; those of copies that came since stay.
const RESTORE_LINKS = `
WITH closed AS (
  UPDATE oopstream.reading_crash l SET valid_to = $2::timestamptz
  WHERE l.valid_to IS NULL AND l.reason = 'replay' AND l.detail->>'replay' = ($1::uuid)::text
    AND l.crash_id IN (SELECT c.crash_id FROM ${MOVED} AND ${IS_UNTOUCHED} AND (s.signed IS NULL OR ${IS_SAME}))
  RETURNING l.*
)
INSERT INTO oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary,
  valid_from, reason, detail)
SELECT was.tenant, was.transcript_id, was.byte_start, was.algorithm_version, was.crash_id, was.is_primary,
  $2::timestamptz, was.reason, was.detail
FROM closed CROSS JOIN LATERAL (
  SELECT before.* FROM oopstream.reading_crash before
  WHERE before.crash_id = closed.crash_id AND before.transcript_id = closed.transcript_id
    AND before.byte_start = closed.byte_start AND before.id < closed.id
  ORDER BY before.id DESC LIMIT 1
) was ORDER BY closed.id`;

const RESTORE_READINGS = `
UPDATE oopstream.reading r SET algorithm_version = was.algorithm_version, kind = was.kind, family = was.family,
  fatal = was.fatal, damage = was.damage, title = was.title, exact_key = was.exact_key, group_key = was.group_key,
  group_text = was.group_text, loose_key = was.loose_key, reading = was.reading
FROM (
  SELECT old.*, (s.signed->'keys'->>'algorithmVersion')::integer AS now_version FROM oopstream.shadow_crash s
  JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
  CROSS JOIN LATERAL jsonb_populate_recordset(NULL::oopstream.reading, s.before->'readings') old
  WHERE s.run_id = $1 AND s.moved_to IS NOT NULL AND ${IS_SAME}
) was
WHERE r.tenant = was.tenant AND r.transcript_id = was.transcript_id AND r.byte_start = was.byte_start
  AND r.algorithm_version = was.now_version`;

const old = (column: string): string =>
  `${column} = CASE WHEN ${IS_SAME} THEN s.before->'crash'->>'${column}' ELSE c.${column} END`;

const RESTORE_CRASHES = `
UPDATE oopstream.crash c SET incident_id = s.incident_id,
  pinned_by = CASE WHEN s.pin IS NULL THEN c.pinned_by ELSE (s.before->'crash'->>'pinned_by')::uuid END,
  held = CASE WHEN ${IS_SAME} THEN (s.before->'crash'->>'held')::boolean ELSE c.held END,
  algorithm_version = CASE WHEN ${IS_SAME} THEN (s.before->'crash'->>'algorithm_version')::integer
    ELSE c.algorithm_version END,
  ${['kind', 'family', 'title', 'exact_key', 'group_key', 'loose_key', 'blamed', 'entry', 'module'].map(old).join(', ')}
FROM oopstream.shadow_crash s
WHERE s.run_id = $1 AND s.moved_to IS NOT NULL AND c.crash_id = s.crash_id AND c.received_at = s.received_at`;

/** Puts crashes and what shows them back as they were. Counts are not touched. */
export async function restoreCrashes(sql: Sql, run: ReplayRun, nowMs: number): Promise<void> {
  await sql.query(RESTORE_LINKS, [run.id, timestamp(nowMs)]);
  await sql.query(RESTORE_READINGS, [run.id]);
  await sql.query(RESTORE_CRASHES, [run.id]);
}
