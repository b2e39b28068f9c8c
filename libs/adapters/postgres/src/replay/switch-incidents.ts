import { countMoves, episodeOf } from '@oopstream/core-incident';
import type { IncidentState, MovedCrash } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { commitCounts } from '../commit-counts';
import { commitEpisodes } from '../commit-life';
import { narrowTimes } from '../decisions/move-counts';
import { saveIncidents } from '../incident-row';
import { jsonRows, timestamp } from '../json-rows';
import type { Sql } from '../pool';
import { SIGHTINGS } from './kept-sightings';
import { moveEpisodes } from './move-episodes';
import type { ShadowFace } from './shadow-flows';

const RESERVE_NUMBERS = `
INSERT INTO oopstream.tenant AS tenant (tenant, next_incident_number) VALUES ($1, 1 + $2::bigint)
ON CONFLICT (tenant) DO UPDATE SET next_incident_number = tenant.next_incident_number + $2::bigint
RETURNING next_incident_number - $2::bigint AS first`;

/** An incident that the shadow has and nobody stored yet. */
export interface IncidentToOpen {
  readonly id: string;
  readonly openedBy: string;
  readonly face: ShadowFace;
  /** Where most of its crashes come from: what people said of that one holds for this one too. */
  readonly origin: IncidentState;
}

export async function openIncidents(
  sql: Sql,
  run: ReplayRun,
  wanted: readonly IncidentToOpen[],
  nowMs: number,
): Promise<void> {
  if (wanted.length === 0) return;
  const { rows } = await sql.query<{ first: number }>(RESERVE_NUMBERS, [run.tenant, wanted.length]);
  const first = rows[0]?.first ?? 1;
  const incidents = wanted.map((one, index) => openedFrom(one, first + index, nowMs));
  await saveIncidents(sql, incidents, nowMs);
  const episodes = incidents.flatMap((incident) => {
    const why = { atMs: nowMs, why: 'replay', crashId: incident.openedByCrash };
    const ends = incident.status === 'open' ? null : episodeOf('resolved', incident, why);
    return [episodeOf('opened', incident, why), ends].filter((one) => one !== null);
  });
  await commitEpisodes(sql, episodes);
}

function openedFrom(
  { id, openedBy, face, origin }: IncidentToOpen,
  number: number,
  nowMs: number,
): IncidentState {
  return {
    ...origin,
    ...face,
    ...{ id, number, openedByCrash: openedBy },
    // A damaged report that can be read now waits no longer.
    holding: false,
    openedAtMs: nowMs,
    openedTraceparent: null,
    recurrences: 0,
    crashes: 0,
    fatalCrashes: 0,
    hosts: 0,
    releases: [],
    groupKeys: [],
    dueAtMs: nowMs,
  };
}

const ADD_COUNTS = `
UPDATE oopstream.incident i SET crashes = i.crashes + row.crashes, fatal_crashes = i.fatal_crashes + row.fatal,
  updated_at = $2::timestamptz
FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, crashes bigint, fatal bigint) WHERE i.id = row.id`;

/** Sightings widen by what came; who lost some is narrowed after that. */
const SET_SIGHTINGS = `
UPDATE oopstream.incident i SET
  hosts = (SELECT count(*) FROM oopstream.incident_host h WHERE h.incident_id = i.id),
  first_seen_at = least(i.first_seen_at, (SELECT min(h.first_seen_at) FROM oopstream.incident_host h WHERE h.incident_id = i.id)),
  last_seen_at = greatest(i.last_seen_at, (SELECT max(h.last_seen_at) FROM oopstream.incident_host h WHERE h.incident_id = i.id)),
  due_at = CASE WHEN i.merged_into IS NULL THEN $2::timestamptz END
WHERE i.id = ANY($1::uuid[])`;

/** Moves counts along with crashes. Exact, whatever retention dropped. */
export async function moveIncidentCounts(
  sql: Sql,
  run: ReplayRun,
  moves: readonly MovedCrash[],
  nowMs: number,
): Promise<void> {
  const { incidents, ...deltas } = countMoves(moves);
  await commitCounts(sql, { ...deltas, ledger: [], watermark: [] });
  const rows = [...incidents].map(([id, sum]) => ({ id, crashes: sum.crashes, fatal: sum.fatalCrashes }));
  await sql.query(ADD_COUNTS, [jsonRows(rows), timestamp(nowMs)]);
  const ids = [...incidents.keys()];
  await sql.query(SET_SIGHTINGS, [ids, timestamp(nowMs)]);
  for (const id of ids) await narrowTimes(sql, run.tenant, id);
  await moveEpisodes(sql, moves);
}

const REMEMBER = `
INSERT INTO oopstream.replay_incident (run_id, incident_id, face, merged_into, is_new)
SELECT $1::uuid, i.id, jsonb_build_object('title', i.title, 'kind', i.kind, 'family', i.family, 'blamed', i.blamed,
  'entry', i.entry, 'module', i.module, 'sightings', ${SIGHTINGS}), i.merged_into, i.id = ANY($3::uuid[])
FROM oopstream.incident i WHERE i.id = ANY($2::uuid[]) OR i.merged_into = ANY($2::uuid[])
ON CONFLICT DO NOTHING`;

/** Notes how incidents are with what they count, and those that lead to them, before a switch over changes them. */
export async function rememberIncidents(
  sql: Sql,
  run: ReplayRun,
  ids: readonly string[],
  isNew: readonly string[],
): Promise<void> {
  await sql.query(REMEMBER, [run.id, ids, isNew]);
}

const RENAME = `
UPDATE oopstream.incident i SET title = row.title, kind = row.kind, family = row.family, blamed = row.blamed,
  entry = row.entry, module = row.module, updated_at = $2::timestamptz
FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, title text, kind text, family text, blamed text, entry text, module text)
WHERE i.id = row.id AND NOT i.holding`;

export async function renameIncidents(
  sql: Sql,
  faces: ReadonlyMap<string, ShadowFace>,
  nowMs: number,
): Promise<void> {
  const rows = [...faces].map(([id, { title, kind, family, blamed, entry, module }]) => ({
    ...{ id, title, kind, family, blamed, entry, module },
  }));
  if (rows.length > 0) await sql.query(RENAME, [jsonRows(rows), timestamp(nowMs)]);
}

const SELECT_EMPTIED = `
SELECT id FROM oopstream.incident WHERE id = ANY($1::uuid[]) AND crashes = 0 AND NOT holding AND merged_into IS NULL`;

const CLOSE = `
UPDATE oopstream.incident SET merged_into = $2::uuid, updated_at = $3::timestamptz, due_at = NULL
WHERE id = $1::uuid OR merged_into = $1::uuid`;

/** Lets each emptied incident lead to the one that took most of it. @returns those that were closed, and where they lead */
export async function closeEmptied(
  sql: Sql,
  moves: readonly Pick<MovedCrash, 'from' | 'to'>[],
  nowMs: number,
): Promise<ReadonlyMap<string, string>> {
  const sources = Map.groupBy(moves, (move) => move.from);
  const { rows } = await sql.query<{ id: string }>(SELECT_EMPTIED, [[...sources.keys()]]);
  const closed = new Map<string, string>();
  for (const { id } of rows) {
    const into = mostOf((sources.get(id) ?? []).map((move) => move.to).filter((to) => to !== id));
    if (into === null) continue;
    await sql.query(CLOSE, [id, into, timestamp(nowMs)]);
    closed.set(id, into);
  }
  return closed;
}

/** @returns the name that comes most often, of several the first in order; `null` for none */
export function mostOf(names: readonly string[]): string | null {
  const counted = [...Map.groupBy(names, (name) => name)].sort(
    ([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1),
  );
  return counted[0]?.[0] ?? null;
}
