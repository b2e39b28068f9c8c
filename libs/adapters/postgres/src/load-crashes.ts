import { NEARBY } from '@oopstream/core-incident';
import type { BatchNeeds, CrashMatchLimits, KnownCrash, KnownMoment } from '@oopstream/core-incident';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

/** One index scan for each kind of evidence, in the months of the window only, and no more rows than are compared. */
const nearby = (isNear: string): string => `
  SELECT found.crash_id, found.received_at FROM bond b CROSS JOIN LATERAL (
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
  SELECT found.crash_id, found.received_at FROM bond b CROSS JOIN LATERAL (
    SELECT c.crash_id, c.received_at FROM (
      SELECT * FROM oopstream.crash WHERE machine_states && b.states AND machine_states <> '{}' OFFSET 0
    ) c WHERE c.tenant = b.tenant AND c.host_id = b."hostId" AND c.received_at BETWEEN b."fromTime" AND b."toTime"
    ORDER BY c.received_at DESC LIMIT $2
  ) found`;
const within = (column: string, field: string, range: number): string =>
  `c.${column} BETWEEN b."${field}" - ${range} AND b."${field}" + ${range}`;

// Crashes of one text have one time of receipt: their first links keep the order of the text.
export const SELECT_CRASHES = `
WITH bond AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "hostId" text, "bundleId" text, "bootId" text,
    "bootedMs" bigint, "clockMs" bigint, uptime double precision, states text[], "fromTime" timestamptz,
    "toTime" timestamptz)
), near AS (
  SELECT c.crash_id, c.received_at FROM bond b
    JOIN oopstream.crash c ON c.tenant = b.tenant AND c.host_id = b."hostId" AND c.bundle_id = b."bundleId"
  UNION
  SELECT c.crash_id, c.received_at FROM bond b
    JOIN oopstream.crash c ON c.tenant = b.tenant AND c.host_id = b."hostId" AND c.boot_id = b."bootId"
  UNION ${SAME_STATE}
  UNION ${nearby(within('booted_ms', 'bootedMs', NEARBY.clockMs))}
  UNION ${nearby(within('uptime_seconds', 'uptime', NEARBY.stampSeconds))}
  UNION ${nearby(within('clock_ms', 'clockMs', NEARBY.clockMs))}
)
SELECT c.crash_id AS id, c.tenant, c.host_id AS "hostId", c.incident_id AS "incidentId",
  c.received_at AS "receivedAtMs", c.crash_time AS "crashTimeMs", c.bundle_id AS "bundleId", c.boot_id AS "bootId",
  c.fatal, c.held, c.kernel_release AS "kernelRelease", c.exact_key AS "exactKey", c.title,
  c.verdict, c.verdict_confidence AS confidence, c.hardware_likelihood AS "hardwareLikelihood",
  c.booted_ms AS "bootedAtMs", c.clock_ms AS "clockMs", c.uptime_seconds AS "uptimeSeconds",
  c.machine_states AS "machineStates", c.quality, c.group_key AS "groupKey", c.pinned_by IS NOT NULL AS pinned,
  coalesce((SELECT l.transcript_id FROM oopstream.reading_crash l
    WHERE l.crash_id = c.crash_id AND l.is_primary AND l.valid_to IS NULL LIMIT 1), '') AS "primaryTranscriptId",
  ARRAY(SELECT DISTINCT r.group_key FROM oopstream.reading_crash l
    JOIN oopstream.reading r USING (tenant, transcript_id, byte_start, algorithm_version)
    WHERE l.crash_id = c.crash_id AND l.valid_to IS NULL) AS "groupKeys",
  ARRAY(SELECT DISTINCT l.transcript_id FROM oopstream.reading_crash l
    WHERE l.crash_id = c.crash_id AND l.valid_to IS NULL) AS "transcriptIds"
FROM near CROSS JOIN LATERAL (
  -- One by one: the planner expects many more and would read all.
  SELECT * FROM oopstream.crash one
  WHERE one.crash_id = near.crash_id AND one.received_at = near.received_at OFFSET 0
) c
ORDER BY c.received_at, (SELECT min(l.id) FROM oopstream.reading_crash l WHERE l.crash_id = c.crash_id)`;

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
  const { bootedAtMs, clockMs, uptimeSeconds, machineStates, ...crash } = more;
  return {
    ...crash,
    moment: { bootedAtMs, clockMs, uptimeSeconds, machineStates },
    cause:
      verdict === null
        ? null
        : { verdict, confidence: confidence ?? '', hardwareLikelihood: hardwareLikelihood ?? 0 },
  };
}

export function bondRows({ bonds }: Pick<BatchNeeds, 'bonds'>, { windowMs }: CrashMatchLimits): object[] {
  return bonds.map(({ tenant, hostId, bundleId, bootId, moment, receivedAtMs }) => ({
    ...{ tenant, hostId, bundleId, bootId },
    bootedMs: moment.bootedAtMs,
    clockMs: moment.clockMs,
    uptime: moment.uptimeSeconds,
    states: moment.machineStates,
    fromTime: timestamp(Math.max(0, receivedAtMs - windowMs)),
    toTime: timestamp(receivedAtMs + windowMs),
  }));
}
