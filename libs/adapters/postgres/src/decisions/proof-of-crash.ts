import { formatIncidentNumber, holdingKey, proveMembership } from '@oopstream/core-incident';
import type {
  MembershipProof,
  ProvenDecision,
  ProvenKey,
  ProvenLink,
  ProvenMove,
} from '@oopstream/core-incident';
import { isUuid } from '../is-uuid';
import type { Sql } from '../pool';

/** Links and moves of one crash that a proof tells of. */
const MAX_STEPS = 500;

/** A decision `d` as JSON, null where there is none. */
export const PROVEN_DECISION = `CASE WHEN d.id IS NULL THEN NULL ELSE jsonb_build_object('id', d.id, 'kind', d.kind, 'actor', d.actor,
  'atMs', floor(extract(epoch FROM d.at) * 1000)::bigint, 'note', d.note) END`;

const SELECT_CRASH = `
SELECT c.crash_id AS id, i.number, c.held, c.host_id AS "hostId", c.group_key AS "groupKey",
  (SELECT r.group_text FROM oopstream.reading_crash l
   JOIN oopstream.reading r USING (tenant, transcript_id, byte_start, algorithm_version)
   WHERE l.crash_id = c.crash_id AND l.is_primary AND l.valid_to IS NULL LIMIT 1) AS "groupText",
  ${PROVEN_DECISION} AS "pinnedBy"
FROM oopstream.crash_seen s
JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
JOIN oopstream.incident i ON i.id = c.incident_id
LEFT JOIN oopstream.decision d ON d.id = c.pinned_by
WHERE s.tenant = $1 AND s.crash_id = $2::uuid`;

const SELECT_KEY = `
SELECT key.group_key AS "groupKey", i.number, coalesce(key.reason, 'first-sighting') AS reason, key.score,
  key.attached_at AS "attachedAtMs", joined.detail, ${PROVEN_DECISION} AS "decidedBy"
FROM oopstream.incident_key key
JOIN oopstream.incident i ON i.id = key.incident_id
LEFT JOIN oopstream.decision d ON d.id = key.decided_by
-- What the machine compared when it attached the key: in the audit of the incident that it led to then.
LEFT JOIN LATERAL (
  SELECT detail FROM oopstream.audit
  WHERE tenant = $1 AND subject_kind = 'incident' AND action = 'incident.joined' AND detail->>'groupKey' = $2
    AND subject_id IN (SELECT key.incident_id::text UNION
      SELECT moved.from_incident::text FROM oopstream.decision_key moved
      WHERE moved.tenant = $1 AND moved.group_key = $2)
  ORDER BY id DESC LIMIT 1
) joined ON true
WHERE key.tenant = $1 AND key.group_key = $2`;

const SELECT_LINKS = `
SELECT l.transcript_id AS "transcriptId", l.is_primary AS primary, l.valid_from AS "validFromMs",
  l.valid_to AS "validToMs", l.reason, l.detail->>'explanation' AS explanation, i.number
FROM oopstream.reading_crash l
LEFT JOIN oopstream.incident i ON i.id::text = l.detail->>'incidentId'
WHERE l.crash_id = $1::uuid ORDER BY l.id LIMIT ${MAX_STEPS}`;

const SELECT_MOVES = `
SELECT f.number AS "fromNumber", t.number AS "toNumber", ${PROVEN_DECISION} AS decision
FROM oopstream.decision_crash m
JOIN oopstream.decision d ON d.id = m.decision_id
JOIN oopstream.incident f ON f.id = m.from_incident
JOIN oopstream.incident t ON t.id = m.to_incident
WHERE m.crash_id = $1::uuid ORDER BY d.seq LIMIT ${MAX_STEPS}`;

interface CrashSqlRow {
  readonly id: string;
  readonly number: number;
  readonly held: boolean;
  readonly hostId: string;
  readonly groupKey: string;
  readonly groupText: string | null;
  readonly pinnedBy: ProvenDecision | null;
}

/** @returns why a crash is where it is; `null`: unknown, or not stored any more */
export async function proofOfCrash(
  sql: Sql,
  tenant: string,
  crashId: string,
): Promise<MembershipProof | null> {
  if (!isUuid(crashId)) return null;
  const { rows } = await sql.query<CrashSqlRow>(SELECT_CRASH, [tenant, crashId], 'proof_crash');
  const [crash] = rows;
  if (crash === undefined) return null;
  const { id, number, held, hostId, groupKey, groupText, pinnedBy } = crash;
  const key = await loadKey(sql, tenant, held ? holdingKey(hostId) : groupKey);
  const links = await sql.query<Omit<ProvenLink, 'incidentNumber'> & { readonly number: number | null }>(
    SELECT_LINKS,
    [id],
    'proof_links',
  );
  const moves = await sql.query<{
    readonly fromNumber: number;
    readonly toNumber: number;
    readonly decision: ProvenDecision;
  }>(SELECT_MOVES, [id], 'proof_moves');
  return proveMembership({
    crashId: id,
    incidentNumber: formatIncidentNumber(number),
    ...{ held, groupKey, groupText, key, pinnedBy },
    links: links.rows.map(({ number: at, ...link }) => ({
      ...link,
      incidentNumber: at === null ? null : formatIncidentNumber(at),
    })),
    moves: moves.rows.map(({ fromNumber, toNumber, decision }): ProvenMove => ({
      decision,
      fromNumber: formatIncidentNumber(fromNumber),
      toNumber: formatIncidentNumber(toNumber),
    })),
  });
}

async function loadKey(sql: Sql, tenant: string, groupKey: string): Promise<ProvenKey | null> {
  const { rows } = await sql.query<Omit<ProvenKey, 'incidentNumber'> & { readonly number: number }>(
    SELECT_KEY,
    [tenant, groupKey],
    'proof_key',
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { number, ...key } = row;
  return { ...key, incidentNumber: formatIncidentNumber(number) };
}
