import { formatIncidentNumber } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { timestamp } from '../json-rows';
import type { Sql } from '../pool';

/** Acts of people that say which crashes belong together. */
const GROUPING_ACTS = [
  'incident.merged',
  'incident.split',
  'incident.crash-pinned',
  'incident.crash-unpinned',
  'incident.key-pinned',
  'incident.key-unpinned',
  'incident.decision-undone',
];

const SELECT_ACTED = `
SELECT DISTINCT i.number FROM oopstream.replay_run run
JOIN oopstream.replay_incident r ON r.run_id = run.id
JOIN oopstream.incident i ON i.id = r.incident_id
JOIN oopstream.audit a ON a.tenant = run.tenant AND a.subject_kind = 'incident' AND a.subject_id = i.id::text
WHERE run.id = $1 AND a.id > run.switched_audit AND a.actor <> 'machine'
  AND (r.is_new OR a.action = ANY($2::text[]))
ORDER BY i.number LIMIT 10`;

const SELECT_LATER = `
SELECT later.id FROM oopstream.replay_run run
JOIN oopstream.replay_run later ON later.tenant = run.tenant AND later.switched_at > run.switched_at
WHERE run.id = $1 AND later.state = 'switched' LIMIT 1`;

/** @returns why a switch over cannot be taken back; `null` when it can */
export async function whyNotBack(
  sql: Sql,
  run: ReplayRun,
  keptFromMs: number,
): Promise<{ readonly reason: string; readonly detail: string | null } | null> {
  if ((run.switchedAtMs ?? 0) < keptFromMs) return { reason: 'switch-too-old', detail: null };
  const { rows: later } = await sql.query<{ id: string }>(SELECT_LATER, [run.id]);
  if (later[0] !== undefined) return { reason: 'replayed-since', detail: later[0].id };
  const { rows: acted } = await sql.query<{ number: number }>(SELECT_ACTED, [run.id, GROUPING_ACTS]);
  if (acted.length === 0) return null;
  const detail = acted.map(({ number }) => formatIncidentNumber(number)).join(', ');
  return { reason: 'acted-since', detail };
}

/** @returns ids of the incidents that a switch changed, in the order of their locks */
export async function selectAffected(sql: Sql, run: ReplayRun): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    'SELECT incident_id AS id FROM oopstream.replay_incident WHERE run_id = $1 ORDER BY incident_id',
    [run.id],
  );
  return rows.map((row) => row.id);
}

const RESTORE = `
UPDATE oopstream.incident i SET title = r.face->>'title', kind = r.face->>'kind', family = r.face->>'family',
  blamed = r.face->>'blamed', entry = r.face->>'entry', module = r.face->>'module', merged_into = r.merged_into,
  updated_at = $2::timestamptz
FROM oopstream.replay_incident r WHERE r.run_id = $1 AND NOT r.is_new AND i.id = r.incident_id`;

/** What incidents are called, and which live. */
export async function restoreIncidents(sql: Sql, run: ReplayRun, nowMs: number): Promise<void> {
  await sql.query(RESTORE, [run.id, timestamp(nowMs)]);
}
