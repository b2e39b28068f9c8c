import { parseIncidentNumber } from '@oopstream/core-incident';
import type { KeyRefusal, Standing, StandingCrash, StandingKey } from '@oopstream/core-incident';
import { lockIncidents } from '../incident-row';
import { isUuid } from '../is-uuid';
import type { Sql } from '../pool';

const SURVIVORS = `
SELECT i.id, survivor.id AS "intoId", survivor.number AS "intoNumber" FROM oopstream.incident i
LEFT JOIN oopstream.incident survivor ON survivor.id = i.merged_into
WHERE i.tenant = $1 AND i.id = ANY($2::uuid[])`;

const KEY_COLUMNS = `group_key AS "groupKey", incident_id AS "incidentId", group_text AS "groupText", reason,
  decided_by AS "decidedBy"`;

/** @returns ids by the number that was asked for, without those that the tenant does not have */
export async function idsOfNumbers(
  sql: Sql,
  tenant: string,
  spoken: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const numbers = new Map(spoken.map((text) => [text, parseIncidentNumber(text)]));
  const { rows } = await sql.query<{ id: string; number: number }>(
    'SELECT id, number FROM oopstream.incident WHERE tenant = $1 AND number = ANY($2::bigint[])',
    [tenant, [...numbers.values()].filter((number) => number !== null)],
    'ids_of_numbers',
  );
  const ids = new Map(rows.map((row) => [row.number, row.id]));
  return new Map(
    [...numbers].flatMap(([text, number]): [string, string][] => {
      const id = number === null ? undefined : ids.get(number);
      return id === undefined ? [] : [[text, id]];
    }),
  );
}

/** Locks incidents, all at once and in the order of their ids. @returns them by id, without unknown ones */
export async function lockStanding(
  sql: Sql,
  tenant: string,
  ids: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, Standing>> {
  const wanted = [...new Set(ids.filter((id) => id !== undefined))];
  const incidents = await lockIncidents(sql, wanted);
  const { rows } = await sql.query<{ id: string; intoId: string | null; intoNumber: number | null }>(
    SURVIVORS,
    [tenant, wanted],
    'survivors',
  );
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  return new Map(
    rows.flatMap(({ id, intoId, intoNumber }): [string, Standing][] => {
      const incident = byId.get(id);
      if (incident === undefined) return [];
      const mergedInto = intoId === null || intoNumber === null ? null : { id: intoId, number: intoNumber };
      return [[id, { incident, mergedInto }]];
    }),
  );
}

export async function keysOfIncident(
  sql: Sql,
  tenant: string,
  incidentId: string,
): Promise<readonly StandingKey[]> {
  const { rows } = await sql.query<StandingKey>(
    `SELECT ${KEY_COLUMNS} FROM oopstream.incident_key WHERE tenant = $1 AND incident_id = $2
     ORDER BY group_key COLLATE "C"`,
    [tenant, incidentId],
    'keys_of_incident',
  );
  return rows;
}

/** Without those that lead nowhere. */
export async function keysByName(
  sql: Sql,
  tenant: string,
  groupKeys: readonly string[],
): Promise<readonly StandingKey[]> {
  const { rows } = await sql.query<StandingKey>(
    `SELECT ${KEY_COLUMNS} FROM oopstream.incident_key WHERE tenant = $1 AND group_key = ANY($2::text[])
       AND incident_id IS NOT NULL ORDER BY group_key COLLATE "C"`,
    [tenant, groupKeys],
    'keys_by_name',
  );
  return rows;
}

/** A crash with the key that counts: its host's while it is held. */
export interface LoadedCrash extends StandingCrash {
  readonly held: boolean;
  readonly hostId: string;
  readonly groupKey: string;
}

/** Without those that are unknown or not stored any more. */
export async function crashesById(
  sql: Sql,
  tenant: string,
  ids: readonly string[],
): Promise<readonly LoadedCrash[]> {
  const { rows } = await sql.query<LoadedCrash>(
    `SELECT c.crash_id AS id, c.incident_id AS "incidentId", c.pinned_by AS "pinnedBy", c.held,
       c.host_id AS "hostId", c.group_key AS "groupKey"
     FROM oopstream.crash_seen s
     JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
     WHERE s.tenant = $1 AND s.crash_id = ANY($2::uuid[]) ORDER BY c.crash_id`,
    [tenant, ids.filter(isUuid)],
    'crashes_by_id',
  );
  return rows;
}

/** @returns refusals of any key onto these incidents */
export async function refusalsOf(
  sql: Sql,
  tenant: string,
  incidentIds: readonly string[],
): Promise<readonly KeyRefusal[]> {
  const { rows } = await sql.query<KeyRefusal>(
    `SELECT group_key AS "groupKey", incident_id AS "incidentId", decision_id AS "decisionId"
     FROM oopstream.refusal WHERE tenant = $1 AND incident_id = ANY($2::uuid[])
     ORDER BY incident_id, group_key COLLATE "C"`,
    [tenant, incidentIds],
    'refusals_of',
  );
  return rows;
}

export async function aliasesOf(sql: Sql, incidentId: string): Promise<readonly string[]> {
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM oopstream.incident WHERE merged_into = $1 ORDER BY id',
    [incidentId],
    'aliases_of',
  );
  return rows.map((row) => row.id);
}
