import { diffReplay, matchShadow } from '@oopstream/core-incident';
import type { CrashKeys, DiffInput, MetIncident, Overlap, ReplayDiff } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { jsonRows } from '../json-rows';
import type { Sql } from '../pool';

/** Where the crashes of a shadow are, and where they belong. */
export interface ShadowFlows {
  readonly overlaps: readonly Overlap[];
  /** Stored incident of each shadow incident; the others are new. */
  readonly matched: ReadonlyMap<string, string>;
  readonly incidents: readonly MetIncident[];
  /** What new ones are called, and those whose crash is called otherwise now. */
  readonly faces: ReadonlyMap<string, ShadowFace>;
  readonly shadows: readonly ShadowRow[];
}

/** What an incident shows of the crash that gives it its title. */
export type ShadowFace = Pick<CrashKeys, 'title' | 'kind' | 'family' | 'blamed' | 'entry' | 'module'>;

export interface ShadowRow {
  readonly id: string;
  readonly standsIn: boolean;
  readonly openedBy: string | null;
}

/** Part of a flow: crashes of an incident that a shadow incident has, and that belong elsewhere. */
export interface MovingFlow {
  readonly shadowId: string;
  readonly incidentId: string;
}

const SELECT_OVERLAPS = `
SELECT shadow_id AS "shadowId", incident_id AS "incidentId", count(*) AS crashes
FROM oopstream.shadow_crash WHERE run_id = $1 AND shadow_id IS NOT NULL GROUP BY shadow_id, incident_id`;

const SELECT_INCIDENTS = `
SELECT id, number, title, crashes, holding, opened_by_crash AS "openedBy" FROM oopstream.incident
WHERE id = ANY($1::uuid[])`;

const SELECT_SHADOWS = `
SELECT shadow_id AS id, stands_in AS "standsIn", opened_by AS "openedBy" FROM oopstream.shadow_incident
WHERE run_id = $1`;

const keyOf = (name: string): string =>
  `CASE WHEN s.signed IS NULL THEN c.${name} ELSE s.signed->'keys'->>'${name}' END AS ${name}`;

const SELECT_FACES = `
SELECT s.crash_id AS id, ${['title', 'kind', 'family', 'blamed', 'entry', 'module'].map(keyOf).join(', ')},
  coalesce(s.signed->'keys'->>'title', c.title) <> c.title AS renamed
FROM oopstream.shadow_crash s JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
WHERE s.run_id = $1 AND s.crash_id = ANY($2::uuid[])`;

interface IncidentRow extends MetIncident {
  readonly holding: boolean;
  readonly openedBy: string;
}

/** Matches the shadow with what is stored; what it says holds for as long as neither changes. */
export async function loadFlows(sql: Sql, run: ReplayRun): Promise<ShadowFlows> {
  const { rows: overlaps } = await sql.query<Overlap>(SELECT_OVERLAPS, [run.id]);
  const { rows: shadows } = await sql.query<ShadowRow>(SELECT_SHADOWS, [run.id]);
  const standIns = shadows.filter((one) => one.standsIn).map((one) => one.id);
  const ids = [...new Set([...overlaps.map((one) => one.incidentId), ...standIns])];
  const { rows: incidents } = await sql.query<IncidentRow>(SELECT_INCIDENTS, [ids]);
  const matched = matchShadow({
    overlaps,
    standIns,
    numbers: new Map(incidents.map((one) => [one.id, one.number])),
    holding: new Set(incidents.filter((one) => one.holding).map((one) => one.id)),
  });
  const openers = new Map(incidents.map((one) => [one.id, one.openedBy]));
  const ofCrashes = await loadFaces(sql, run, [
    ...openers.values(),
    ...shadows.flatMap((one) => one.openedBy ?? []),
  ]);
  const faces = new Map<string, ShadowFace>();
  for (const { id, openedBy } of shadows) {
    const incidentId = matched.get(id);
    const own = openedBy === null ? undefined : ofCrashes.get(openedBy);
    const stored = ofCrashes.get((incidentId === undefined ? null : openers.get(incidentId)) ?? '');
    const face = chooseFace(incidentId === undefined, own, stored);
    if (face !== null) faces.set(id, face);
  }
  return { overlaps, matched, incidents, faces, shadows };
}

type Face = ShadowFace & { readonly renamed: boolean };

/** The crash that opened an incident gives its title; where it is not of the replay, the first of the shadow does. */
function chooseFace(isNew: boolean, own: Face | undefined, stored: Face | undefined): Face | null {
  if (isNew) return own ?? null;
  const says = stored ?? own;
  return says?.renamed === true ? says : null;
}

async function loadFaces(sql: Sql, run: ReplayRun, crashIds: readonly string[]): Promise<Map<string, Face>> {
  const { rows } = await sql.query<Face & { id: string }>(SELECT_FACES, [run.id, crashIds]);
  return new Map(rows.map((row) => [row.id, row]));
}

export function movingFlows({ overlaps, matched }: ShadowFlows): MovingFlow[] {
  return overlaps
    .filter(({ shadowId, incidentId }) => matched.get(shadowId) !== incidentId)
    .map(({ shadowId, incidentId }) => ({ shadowId, incidentId }));
}

const MOVING = `
WITH flow AS (
  SELECT "shadowId" AS shadow_id, "incidentId" AS incident_id, target
  FROM jsonb_to_recordset($2::jsonb) AS row("shadowId" uuid, "incidentId" uuid, target uuid)
), moving AS (
  SELECT s.crash_id, s.received_at, s.incident_id, flow.target FROM flow
  JOIN oopstream.shadow_crash s ON s.run_id = $1 AND s.shadow_id = flow.shadow_id AND s.incident_id = flow.incident_id
)`;

// What opened again told people so; what would have, did not.
const RECURRING = `${MOVING}
SELECT i.id AS "incidentId", count(*) AS crashes FROM moving
JOIN oopstream.incident i ON i.id = moving.target AND i.resolved_at IS NOT NULL
JOIN oopstream.crash c ON c.crash_id = moving.crash_id AND c.received_at = moving.received_at
WHERE c.crash_time > i.resolved_at GROUP BY i.id`;

const UNRECURRING = `${MOVING}
SELECT moving.incident_id AS "incidentId", count(DISTINCT moving.crash_id) AS crashes FROM moving
JOIN oopstream.audit a ON a.tenant = $3 AND a.subject_kind = 'incident' AND a.subject_id = moving.incident_id::text
  AND a.action = 'incident.recurred' AND a.detail->>'crashId' = moving.crash_id::text
GROUP BY moving.incident_id`;

const COUNT = `
SELECT count(*) AS crashes, count(*) FILTER (WHERE differs) AS "signedAnew" FROM oopstream.shadow_crash WHERE run_id = $1`;

/** Compares the shadow with what is stored. */
export async function readDiff(sql: Sql, run: ReplayRun, flows: ShadowFlows): Promise<ReplayDiff> {
  const moving = movingFlows(flows).map((one) => ({
    ...one,
    target: flows.matched.get(one.shadowId) ?? null,
  }));
  const json = jsonRows(moving);
  const { rows: recurring } = await sql.query<DiffInput['recurring'][number]>(RECURRING, [run.id, json]);
  const { rows: unrecurring } = await sql.query<DiffInput['recurring'][number]>(UNRECURRING, [
    ...[run.id, json],
    run.tenant,
  ]);
  const { rows } = await sql.query<{ crashes: number; signedAnew: number }>(COUNT, [run.id]);
  const counts = rows[0] ?? { crashes: 0, signedAnew: 0 };
  const { overlaps, matched, incidents, faces } = flows;
  const titles = new Map([...faces].map(([id, face]) => [id, face.title]));
  return diffReplay({ overlaps, matched, incidents, titles, ...counts, recurring, unrecurring });
}
