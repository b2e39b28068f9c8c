import type { CountedCrash, MovedCrash } from '@oopstream/core-incident';
import { explainJoin } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { jsonRows, timestamp } from '../json-rows';
import type { Sql } from '../pool';
import type { MovingFlow } from './shadow-flows';

/** Crashes changed by one statement. */
const BATCH = 1_000;

type Counted = Pick<CountedCrash, 'exactKey' | 'title'>;

export interface ChangingCrash {
  readonly id: string;
  readonly incidentId: string;
  readonly shadowId: string | null;
  readonly fatal: boolean;
  readonly common: Omit<CountedCrash, 'exactKey' | 'title'>;
  readonly before: Counted;
  readonly after: Counted;
}

interface Row extends Omit<CountedCrash, 'cause'> {
  readonly id: string;
  readonly incidentId: string;
  readonly shadowId: string | null;
  readonly fatal: boolean;
  readonly newExactKey: string | null;
  readonly newTitle: string | null;
  readonly verdict: string | null;
  readonly confidence: string | null;
  readonly hardwareLikelihood: number | null;
}

const SELECT_CHANGING = `
SELECT s.crash_id AS id, c.incident_id AS "incidentId", s.shadow_id AS "shadowId", c.fatal, c.tenant,
  c.host_id AS "hostId", c.kernel_release AS "kernelRelease", c.exact_key AS "exactKey", c.title,
  c.crash_time AS "crashTimeMs", c.verdict, c.verdict_confidence AS confidence,
  c.hardware_likelihood AS "hardwareLikelihood", s.signed->'keys'->>'exactKey' AS "newExactKey",
  s.signed->'keys'->>'title' AS "newTitle"
FROM oopstream.shadow_crash s
JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
WHERE s.run_id = $1 AND s.shadow_id IS NOT NULL AND (s.differs OR s.pin IS NOT NULL OR (s.shadow_id, s.incident_id) IN (
  SELECT "shadowId", "incidentId" FROM jsonb_to_recordset($2::jsonb) AS row("shadowId" uuid, "incidentId" uuid)))
ORDER BY s.crash_id LIMIT $3`;

/** What a switch over changes of crashes, at most `limit`. */
export async function selectChanging(
  sql: Sql,
  run: ReplayRun,
  moving: readonly MovingFlow[],
  limit: number,
): Promise<ChangingCrash[]> {
  const { rows } = await sql.query<Row>(SELECT_CHANGING, [run.id, jsonRows(moving), limit]);
  return rows.map((row) => {
    const { tenant, hostId, kernelRelease, crashTimeMs, verdict, confidence, hardwareLikelihood } = row;
    const cause =
      verdict === null
        ? null
        : { verdict, confidence: confidence ?? '', hardwareLikelihood: hardwareLikelihood ?? 0 };
    return {
      ...{ id: row.id, incidentId: row.incidentId, shadowId: row.shadowId, fatal: row.fatal },
      common: { tenant, hostId, kernelRelease, crashTimeMs, cause },
      before: { exactKey: row.exactKey, title: row.title },
      after: { exactKey: row.newExactKey ?? row.exactKey, title: row.newTitle ?? row.title },
    };
  });
}

export function moveOf(crash: ChangingCrash, to: string): MovedCrash {
  const { id, fatal, incidentId, common, before, after } = crash;
  return {
    id,
    fatal,
    from: incidentId,
    to,
    before: { ...common, ...before },
    after: { ...common, ...after },
  };
}

const MOVES = `jsonb_to_recordset($2::jsonb) AS row(id uuid, "to" uuid)`;

const SAVE_BEFORE = `
UPDATE oopstream.shadow_crash s SET moved_to = row."to", before = jsonb_build_object('crash', to_jsonb(c),
  'readings', coalesce((SELECT jsonb_agg(to_jsonb(r)) FROM oopstream.reading_crash l
    JOIN oopstream.reading r USING (tenant, transcript_id, byte_start, algorithm_version)
    WHERE l.crash_id = s.crash_id AND l.valid_to IS NULL AND s.signed IS NOT NULL), '[]'))
FROM ${MOVES}, oopstream.crash c
WHERE s.run_id = $1 AND s.crash_id = row.id AND c.crash_id = s.crash_id AND c.received_at = s.received_at`;

const key = (column: string, name: string): string =>
  `${column} = CASE WHEN s.signed IS NULL THEN c.${column} ELSE s.signed->'keys'->>'${name}' END`;

const MOVE_CRASHES = `
UPDATE oopstream.crash c SET incident_id = s.moved_to, pinned_by = coalesce(c.pinned_by, s.pin),
  held = c.held AND s.signed IS NULL,
  algorithm_version = coalesce((s.signed->'keys'->>'algorithmVersion')::integer, c.algorithm_version),
  ${key('kind', 'kind')}, ${key('family', 'family')}, ${key('title', 'title')}, ${key('exact_key', 'exactKey')},
  ${key('group_key', 'groupKey')}, ${key('loose_key', 'looseKey')}, ${key('blamed', 'blamed')},
  ${key('entry', 'entry')}, ${key('module', 'module')}
FROM ${MOVES}, oopstream.shadow_crash s
WHERE s.run_id = $1 AND s.crash_id = row.id AND c.crash_id = s.crash_id AND c.received_at = s.received_at`;

const SIGNED_READINGS = `oopstream.shadow_crash s
CROSS JOIN LATERAL jsonb_to_recordset(s.signed->'readings') AS one("transcriptId" text, "byteStart" bigint,
  "primary" boolean, signed jsonb)`;

/** The link goes before its reading, which it names by version. */
const RELINK = `
WITH closed AS (
  UPDATE oopstream.reading_crash l SET valid_to = $3::timestamptz FROM ${MOVES}
  WHERE l.crash_id = row.id AND l.valid_to IS NULL RETURNING l.*
), anew AS (
  SELECT s.crash_id, one.* FROM ${MOVES}, ${SIGNED_READINGS} WHERE s.run_id = $1 AND s.crash_id = row.id
)
INSERT INTO oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary,
  valid_from, reason, detail)
SELECT closed.tenant, closed.transcript_id, closed.byte_start,
  coalesce((anew.signed->'signature'->>'algorithmVersion')::integer, closed.algorithm_version), closed.crash_id,
  coalesce(anew."primary", closed.is_primary), $3::timestamptz, 'replay',
  jsonb_build_object('explanation', $4::text, 'replay', $1::uuid, 'placed', s.reason, 'incidentId', s.moved_to,
    'groupKey', coalesce(anew.signed->'signature'->>'groupKey', closed.detail->>'groupKey'),
    'groupText', coalesce(anew.signed->'signature'->>'groupText', closed.detail->>'groupText'))
FROM closed JOIN oopstream.shadow_crash s ON s.run_id = $1 AND s.crash_id = closed.crash_id
LEFT JOIN anew ON anew.crash_id = closed.crash_id AND anew."transcriptId" = closed.transcript_id
  AND anew."byteStart" = closed.byte_start
ORDER BY closed.id`;

const SIGN_READINGS = `
UPDATE oopstream.reading r SET algorithm_version = (one.signed->'signature'->>'algorithmVersion')::integer,
  kind = one.signed->'reading'->>'kind', family = one.signed->'signature'->>'family',
  fatal = (one.signed->'reading'->>'fatal')::boolean, damage = one.signed->'reading'->>'damage',
  title = one.signed->'signature'->>'title', exact_key = one.signed->'signature'->>'exactKey',
  group_key = one.signed->'signature'->>'groupKey', group_text = one.signed->'signature'->>'groupText',
  loose_key = one.signed->'signature'->>'looseKey', reading = one.signed
FROM ${MOVES}, ${SIGNED_READINGS}, oopstream.crash c
WHERE s.run_id = $1 AND s.crash_id = row.id AND c.crash_id = s.crash_id AND c.received_at = s.received_at
  AND r.tenant = c.tenant AND r.transcript_id = one."transcriptId" AND r.byte_start = one."byteStart"
  AND r.algorithm_version IN (SELECT (was->>'algorithm_version')::integer
    FROM jsonb_array_elements(s.before->'readings') AS was
    WHERE was->>'transcript_id' = one."transcriptId" AND (was->>'byte_start')::bigint = one."byteStart")`;

/** Moves crashes and what shows them, and notes how they were. Counts are not touched. */
export async function moveCrashes(
  sql: Sql,
  run: ReplayRun,
  moves: readonly Pick<MovedCrash, 'id' | 'to'>[],
  nowMs: number,
): Promise<void> {
  for (let from = 0; from < moves.length; from += BATCH) {
    const json = jsonRows(moves.slice(from, from + BATCH).map(({ id, to }) => ({ id, to })));
    await sql.query(SAVE_BEFORE, [run.id, json]);
    await sql.query(RELINK, [run.id, json, timestamp(nowMs), explainJoin('replay')]);
    await sql.query(SIGN_READINGS, [run.id, json]);
    await sql.query(MOVE_CRASHES, [run.id, json]);
  }
}
