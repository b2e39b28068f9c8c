import type { CrashMove, DecisionPlan } from '@oopstream/core-incident';
import type { Sql } from '../pool';

/** What a decision keeps of a crash beside where it came from and went. */
const SEEN = `host_id, kernel_release, exact_key, title, crash_time, fatal, verdict, hardware_likelihood`;
const seenOf = (alias: string): string =>
  SEEN.split(', ')
    .map((column) => `${alias}.${column}`)
    .join(', ');

const RECORD = `
INSERT INTO oopstream.decision_crash (decision_id, crash_id, received_at, from_incident, to_incident, pinned_before,
  pinned_after, ${SEEN})`;

/** Of a crash that is there; $1 the decision, $2 from, $3 to. */
const asIs = (pinnedAfter: string): string =>
  `SELECT $1::uuid, c.crash_id, c.received_at, c.incident_id, $3::uuid, c.pinned_by, ${pinnedAfter}, ${seenOf('c')}`;

const OF_INCIDENT = `${RECORD} ${asIs('c.pinned_by')}
FROM oopstream.crash c WHERE c.tenant = $4 AND c.incident_id = $2::uuid`;

const OF_KEYS = `${RECORD} ${asIs('c.pinned_by')}
FROM oopstream.crash c WHERE c.tenant = $4 AND c.incident_id = $2::uuid AND c.group_key = ANY($5::text[])
  AND c.pinned_by IS NULL`;

const OF_IDS = `${RECORD} ${asIs('$6::uuid')}
FROM oopstream.crash_seen s JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
WHERE s.tenant = $4 AND s.crash_id = ANY($5::uuid[]) AND c.incident_id = $2::uuid`;

/**
 * What a decision moved and is still there; what it moved and retention dropped since, unless a machine had moved it on, or
 * made it part of another crash, by then; and, with the keys, what came since: its title-giving link is younger than the decision.
 */
const OF_DECISION = `${RECORD} ${asIs('mine.pinned_before')}
FROM oopstream.decision_crash mine
JOIN oopstream.crash c ON c.crash_id = mine.crash_id AND c.received_at = mine.received_at
WHERE mine.decision_id = $5::uuid AND c.incident_id = $2::uuid
UNION ALL
SELECT $1::uuid, mine.crash_id, mine.received_at, $2::uuid, $3::uuid, mine.pinned_after, mine.pinned_before,
  ${seenOf('mine')}
FROM oopstream.decision_crash mine
JOIN oopstream.crash_seen s ON s.crash_id = mine.crash_id AND s.absorbed_into IS NULL
LEFT JOIN oopstream.crash c ON c.crash_id = mine.crash_id AND c.received_at = mine.received_at
WHERE mine.decision_id = $5::uuid AND c.crash_id IS NULL AND NOT EXISTS (
  SELECT FROM oopstream.reading_crash l, oopstream.decision d
  WHERE d.id = $5::uuid AND l.crash_id = mine.crash_id AND l.is_primary AND l.id > d.links_until
    AND l.detail->>'incidentId' <> $2::text)
UNION ALL
${asIs('c.pinned_by')}
FROM oopstream.crash c, oopstream.decision d
WHERE d.id = $5::uuid AND c.tenant = $4 AND c.incident_id = $2::uuid AND c.group_key = ANY($6::text[])
  AND c.pinned_by IS NULL
  AND EXISTS (SELECT FROM oopstream.reading_crash l WHERE l.crash_id = c.crash_id AND l.is_primary
    AND l.valid_to IS NULL AND l.id > d.links_until)
  AND NOT EXISTS (SELECT FROM oopstream.decision_crash mine
    WHERE mine.decision_id = d.id AND mine.crash_id = c.crash_id)`;

const MOVE = `
UPDATE oopstream.crash c SET incident_id = d.to_incident, pinned_by = d.pinned_after
FROM oopstream.decision_crash d
WHERE d.decision_id = $1::uuid AND c.crash_id = d.crash_id AND c.received_at = d.received_at`;

/** Moves the crashes of a plan and notes each one. Counts are not touched. @returns how many */
export async function moveCrashes(sql: Sql, { decision, crashes }: DecisionPlan): Promise<number> {
  if (crashes === null) return 0;
  const { fromIncidentId, toIncidentId, select } = crashes;
  const common = [decision.id, fromIncidentId, toIncidentId, decision.tenant];
  const [text, more] = selection(crashes);
  const { rowCount } = await sql.query(text, [...common, ...more], `record_crashes_by_${select.by}`);
  await sql.query(MOVE, [decision.id], 'move_crashes');
  return rowCount;
}

function selection({ select, pins }: CrashMove): readonly [string, readonly unknown[]] {
  switch (select.by) {
    case 'incident':
      return [OF_INCIDENT, []];
    case 'keys':
      return [OF_KEYS, [select.groupKeys]];
    case 'ids':
      return [OF_IDS, [select.crashIds, typeof pins === 'object' ? pins.set : null]];
    case 'decision':
      return [OF_DECISION, [select.decisionId, select.groupKeys]];
  }
}
