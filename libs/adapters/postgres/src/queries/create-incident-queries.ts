import { formatIncidentNumber, parseIncidentNumber } from '@oopstream/core-incident';
import type { FoundIncident, IncidentQueries } from '@oopstream/ports';
import type { Sql } from '../pool';
import {
  crashAbsorbedInto,
  crashById,
  crashesOfIncident,
  loadTranscripts,
  transcriptById,
} from './crash-queries';
import { facetsOfIncident } from './incident-facets';
import { INCIDENT_COLUMNS, viewIncidentRow } from './incident-rows';
import type { IncidentSqlRow } from './incident-rows';
import { listIncidents } from './list-incidents';
import { listTranscripts } from './transcript-list';

/** Answers questions about incidents from PostgreSQL; reads only. */
export function createIncidentQueries(sql: Sql): IncidentQueries {
  return {
    listIncidents: (tenant, filter, page) => listIncidents(sql, tenant, filter, page),
    incidentByNumber: (tenant, number) => incidentByNumber(sql, tenant, number),
    facetsOfIncident: (tenant, id, options) => facetsOfIncident(sql, tenant, id, options),
    crashesOfIncident: (tenant, id, filter, page) => crashesOfIncident(sql, tenant, id, filter, page),
    crashById: (tenant, id) => crashById(sql, tenant, id),
    crashAbsorbedInto: (tenant, id) => crashAbsorbedInto(sql, tenant, id),
    transcriptById: (tenant, id) => transcriptById(sql, tenant, id),
    listTranscripts: (tenant, filter, page) => listTranscripts(sql, tenant, filter, page),
    transcriptsByIds: (tenant, ids) => loadTranscripts(sql, tenant, ids),
  };
}

async function incidentByNumber(sql: Sql, tenant: string, text: string): Promise<FoundIncident | null> {
  const number = parseIncidentNumber(text);
  if (number === null) return null;
  const { rows } = await sql.query<IncidentSqlRow & { readonly into_number: number | null }>(
    `SELECT ${INCIDENT_COLUMNS}, survivor.number AS into_number
     FROM oopstream.incident i LEFT JOIN oopstream.incident survivor ON survivor.id = i.merged_into
     WHERE i.tenant = $1 AND i.number = $2`,
    [tenant, number],
    'incident-by-number',
  );
  const [row] = rows;
  if (row === undefined) return null;
  return row.into_number === null
    ? { kind: 'found', incident: viewIncidentRow(row) }
    : { kind: 'merged', into: formatIncidentNumber(row.into_number) };
}
