import { randomUUID } from 'node:crypto';
import { changeToWire } from '@oopstream/contracts';
import { episodeOf, formatIncidentNumber, parseIncidentNumber, transition } from '@oopstream/core-incident';
import type { IncidentEvent, IncidentState } from '@oopstream/core-incident';
import type { ActResult, IncidentAct, IncidentActions, ResolveAct } from '@oopstream/ports';
import { commitEpisodes } from './commit-life';
import { lockIncidents, saveIncidents } from './incident-row';
import { insertAudit, insertOutbox } from './outbox-rows';
import type { PostgresPool, Sql } from './pool';

interface Found {
  readonly id: string;
  readonly mergedInto: number | null;
}

const FIND = `
SELECT i.id, survivor.number AS "mergedInto" FROM oopstream.incident i
LEFT JOIN oopstream.incident survivor ON survivor.id = i.merged_into
WHERE i.tenant = $1 AND i.number = $2`;

/** What people do to incidents: state, audit and publication in one transaction. */
export function createIncidentActions(pool: PostgresPool): IncidentActions {
  const act = createAct(pool);
  return {
    resolve: (tenant, number, by) =>
      act(tenant, number, by, { kind: 'resolve', atMs: by.atMs, by: by.actor, ...fixOf(by) }, fixOf(by)),
    reopen: (tenant, number, by) => act(tenant, number, by, { kind: 'reopen', atMs: by.atMs }, {}),
  };
}

function fixOf({ release, commit = null, livepatch = null }: ResolveAct) {
  return { release, commit, livepatch };
}

export type Act = (
  tenant: string,
  spoken: string,
  by: IncidentAct,
  event: IncidentEvent,
  /** For the audit. */
  detail: Readonly<Record<string, unknown>>,
) => Promise<ActResult>;

/** @returns what applies an event to the incident of a number, in a transaction of its own. */
export function createAct(pool: PostgresPool): Act {
  return async (tenant, spoken, by, event, detail) => {
    const number = parseIncidentNumber(spoken);
    if (number === null) return { kind: 'unknown' };
    return pool.transaction(async (sql): Promise<ActResult> => {
      const find = async () => (await sql.query<Found>(FIND, [tenant, number], 'find_incident')).rows[0];
      const named = await find();
      if (named === undefined) return { kind: 'unknown' };
      const [incident] = await lockIncidents(sql, [named.id]);
      // It may have been merged while its lock was waited for.
      const found = await find();
      if (incident === undefined || found === undefined) return { kind: 'unknown' };
      if (found.mergedInto !== null) return { kind: 'merged', into: formatIncidentNumber(found.mergedInto) };
      return applyEvent(sql, incident, by, event, detail);
    });
  };
}

async function applyEvent(
  sql: Sql,
  incident: IncidentState,
  by: IncidentAct,
  event: IncidentEvent,
  detail: Readonly<Record<string, unknown>>,
): Promise<ActResult> {
  const result = transition(incident, event);
  if (result.kind === 'illegal') return { kind: 'illegal', status: result.status, reason: result.reason };
  await saveIncidents(sql, [result.incident], by.atMs);
  const { tenant, id } = incident;
  const episode = episodeOf(result.change, result.incident, { atMs: by.atMs, why: 'by-hand', crashId: null });
  if (episode !== null) await commitEpisodes(sql, [episode]);
  const about = { number: formatIncidentNumber(incident.number), note: by.note, ...detail };
  await insertAudit(sql, [
    {
      tenant,
      atMs: by.atMs,
      actor: by.actor,
      action: `incident.${result.change}`,
      subjectKind: 'incident',
      subjectId: id,
      detail: about,
    },
  ]);
  const { change, incident: after } = result;
  const told = changeToWire({
    change,
    atMs: by.atMs,
    incident: after,
    crash: null,
    traceparent: by.traceparent,
  });
  const publication = {
    id: randomUUID(),
    tenant,
    incidentId: id,
    body: JSON.stringify(told),
    createdAtMs: by.atMs,
    traceparent: by.traceparent,
  };
  await insertOutbox(sql, { publications: [publication], deliveries: [] });
  return { kind: 'changed' };
}
