import { NEARBY } from '@oopstream/core-incident';
import type { BatchNeeds, CrashMatchLimits, KnownCrash, KnownMoment } from '@oopstream/core-incident';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

const within = (column: string, field: string, range: number): string =>
  `c.${column} BETWEEN b."${field}" - ${range} AND b."${field}" + ${range}`;

const SAME_BOOT_TIME = within('booted_ms', 'bootedMs', NEARBY.clockMs);
const SAME_STAMP = within('uptime_seconds', 'uptime', NEARBY.stampSeconds);
const SAME_CLOCK = within('clock_ms', 'clockMs', NEARBY.clockMs);

/** Either knows neither time nor boot. */
const TIMELESS = `(
  (b."bootId" IS NULL AND b."bootedMs" IS NULL AND b.uptime IS NULL AND b."clockMs" IS NULL AND b.states = '{}')
  OR (c.timeless AND c.boot_id IS NULL AND c.booted_ms IS NULL AND c.uptime_seconds IS NULL AND c.clock_ms IS NULL AND c.machine_states = '{}'))`;

/** One index scan for each kind of evidence, in the months of the window only, and no more rows than are compared. */
const nearby = (isNear: string): string => `
  SELECT found.crash_id, found.received_at FROM crowded b CROSS JOIN LATERAL (
    SELECT c.crash_id, c.received_at FROM oopstream.crash c
    WHERE c.tenant = b.tenant AND c.host_id = b."hostId" AND ${isNear}
      AND c.received_at BETWEEN b."fromTime" AND b."toTime"
    ORDER BY c.received_at DESC LIMIT $2
  ) found`;

/**
 * States are of one boot, so their index leads to next to nothing; the planner cannot know what array is asked for and
 * would read every crash of the host in the window, also for texts without any.
 */
const SAME_STATE = `
  SELECT found.crash_id, found.received_at FROM crowded b CROSS JOIN LATERAL (
    SELECT c.crash_id, c.received_at FROM (
      SELECT * FROM oopstream.crash WHERE machine_states && b.states AND machine_states <> '{}' OFFSET 0
    ) c WHERE c.tenant = b.tenant AND c.host_id = b."hostId" AND c.received_at BETWEEN b."fromTime" AND b."toTime"
    ORDER BY c.received_at DESC LIMIT $2
  ) found`;

/** By the id's own index: the planner would rather read all that the host had in the window. */
const sameId = (column: string, field: string): string => `
  SELECT c.crash_id, c.received_at FROM bond b CROSS JOIN LATERAL (
    SELECT * FROM oopstream.crash WHERE ${column} = b."${field}" AND host_id = b."hostId"
      AND received_at BETWEEN b."fromBoot" AND b."toBoot" OFFSET 0
  ) c WHERE c.tenant = b.tenant`;

// Most hosts have a few crashes in the window: one scan reads them all. Only of `crowded` ones each kind of evidence is
// looked for by its own index. `OFFSET 0`: these are looked up one by one also where the planner knows nothing of a table
// yet, or expects many more; else it reads whole indexes of a young store.
// Crashes of one text have one time of receipt: their first links keep the order of the text.
export const SELECT_CRASHES = `
WITH bond AS MATERIALIZED (
  SELECT row_number() OVER () AS n, row.* FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "hostId" text,
    "bundleId" text, "bootId" text, "bootedMs" bigint, "clockMs" bigint, uptime double precision, states text[],
    "fromTime" timestamptz, "toTime" timestamptz, "fromBoot" timestamptz, "toBoot" timestamptz)
), recent AS MATERIALIZED (
  SELECT b.n, c.* FROM bond b CROSS JOIN LATERAL (
    SELECT c.crash_id, c.received_at, c.booted_ms, c.clock_ms, c.uptime_seconds, c.machine_states, c.timeless, c.boot_id
    FROM oopstream.crash c
    WHERE c.tenant = b.tenant AND c.host_id = b."hostId" AND c.received_at BETWEEN b."fromTime" AND b."toTime"
    ORDER BY c.received_at DESC LIMIT $2
  ) c
), crowded AS MATERIALIZED (
  SELECT b.* FROM bond b JOIN (SELECT n FROM recent GROUP BY n HAVING count(*) >= $2) full_up USING (n)
), near AS (
  SELECT c.crash_id, c.received_at FROM recent c JOIN bond b USING (n)
    WHERE ${SAME_BOOT_TIME} OR ${SAME_STAMP} OR ${SAME_CLOCK} OR c.machine_states && b.states OR ${TIMELESS}
  UNION
  ${sameId('bundle_id', 'bundleId')}
  UNION ${sameId('boot_id', 'bootId')}
  UNION ${SAME_STATE}
  UNION ${nearby(SAME_BOOT_TIME)}
  UNION ${nearby(SAME_STAMP)}
  UNION ${nearby(SAME_CLOCK)}
)
SELECT c.crash_id AS id, c.tenant, c.host_id AS "hostId", c.incident_id AS "incidentId",
  c.received_at AS "receivedAtMs", c.crash_time AS "crashTimeMs", c.bundle_id AS "bundleId", c.boot_id AS "bootId",
  c.fatal, c.held, c.kernel_release AS "kernelRelease", c.exact_key AS "exactKey", c.title,
  c.verdict, c.verdict_confidence AS confidence, c.hardware_likelihood AS "hardwareLikelihood",
  c.booted_ms AS "bootedAtMs", c.clock_ms AS "clockMs", c.uptime_seconds AS "uptimeSeconds",
  c.machine_states AS "machineStates", c.timeless, c.quality, c.group_key AS "groupKey", c.pinned_by IS NOT NULL AS pinned,
  coalesce(shown."primary", '') AS "primaryTranscriptId", coalesce(shown.keys, '{}') AS "groupKeys",
  coalesce(shown.transcripts, '{}') AS "transcriptIds"
FROM near CROSS JOIN LATERAL (
  SELECT * FROM oopstream.crash one
  WHERE one.crash_id = near.crash_id AND one.received_at = near.received_at OFFSET 0
) c CROSS JOIN LATERAL (
  SELECT min(l.id) AS first, max(l.transcript_id) FILTER (WHERE l.is_primary AND l.valid_to IS NULL) AS "primary",
    array_agg(DISTINCT l.transcript_id) FILTER (WHERE l.valid_to IS NULL) AS transcripts,
    array_agg(DISTINCT r.group_key) FILTER (WHERE r.group_key IS NOT NULL) AS keys
  FROM (SELECT * FROM oopstream.reading_crash WHERE crash_id = c.crash_id OFFSET 0) l
    LEFT JOIN LATERAL (
      SELECT r.group_key FROM oopstream.reading r
      WHERE l.valid_to IS NULL AND r.tenant = l.tenant AND r.transcript_id = l.transcript_id
        AND r.byte_start = l.byte_start AND r.algorithm_version = l.algorithm_version OFFSET 0
    ) r ON true
) shown
ORDER BY c.received_at, shown.first`;

interface CrashSqlRow extends Omit<KnownCrash, 'cause' | 'moment'>, KnownMoment {
  readonly verdict: string | null;
  readonly confidence: string | null;
  readonly hardwareLikelihood: number | null;
}

/** Reads the crashes that readings of a batch may show, oldest first. */
export async function loadCrashes(
  sql: Sql,
  needs: BatchNeeds,
  limits: CrashMatchLimits,
): Promise<KnownCrash[]> {
  if (needs.bonds.length === 0) return [];
  const bonds = bondRows(needs, limits);
  const { rows } = await sql.query<CrashSqlRow>(
    SELECT_CRASHES,
    [jsonRows(bonds), limits.maxCandidates],
    'select_crashes',
  );
  return rows.map(knownCrash);
}

function knownCrash(row: CrashSqlRow): KnownCrash {
  const { verdict, confidence, hardwareLikelihood, ...more } = row;
  const { bootedAtMs, clockMs, uptimeSeconds, machineStates, timeless, ...crash } = more;
  return {
    ...crash,
    moment: { bootedAtMs, clockMs, uptimeSeconds, machineStates, timeless },
    cause:
      verdict === null
        ? null
        : { verdict, confidence: confidence ?? '', hardwareLikelihood: hardwareLikelihood ?? 0 },
  };
}

export function bondRows(
  { bonds }: Pick<BatchNeeds, 'bonds'>,
  { windowMs, bootWindowMs }: CrashMatchLimits,
): object[] {
  return bonds.map(({ tenant, hostId, bundleId, bootId, moment, receivedAtMs }) => ({
    ...{ tenant, hostId, bundleId, bootId },
    bootedMs: moment.bootedAtMs,
    clockMs: moment.clockMs,
    uptime: moment.uptimeSeconds,
    states: moment.machineStates,
    fromTime: timestamp(Math.max(0, receivedAtMs - windowMs)),
    toTime: timestamp(receivedAtMs + windowMs),
    fromBoot: timestamp(Math.max(0, receivedAtMs - bootWindowMs)),
    toBoot: timestamp(receivedAtMs + bootWindowMs),
  }));
}
