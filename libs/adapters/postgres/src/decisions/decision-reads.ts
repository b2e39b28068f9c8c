import { formatIncidentNumber } from '@oopstream/core-incident';
import type { DecisionKind } from '@oopstream/core-incident';
import { SHOWN_DECISION_KEYS } from '@oopstream/ports';
import type { DecisionPage, DecisionRow, HistoryRow, Page } from '@oopstream/ports';
import type { Sql } from '../pool';

const DECISIONS = `
SELECT d.id, d.seq, d.tenant, d.kind, d.actor, d.at, d.note, f.number AS from_number, t.number AS to_number, d.opened,
  d.moved, d.undoes, d.undone_by,
  ARRAY(SELECT k.group_key FROM oopstream.decision_key k WHERE k.decision_id = d.id
    ORDER BY k.group_key COLLATE "C" LIMIT ${SHOWN_DECISION_KEYS}) AS group_keys
FROM oopstream.decision d
JOIN oopstream.incident f ON f.id = d.from_incident
JOIN oopstream.incident t ON t.id = d.to_incident`;

interface DecisionSqlRow {
  readonly id: string;
  readonly seq: number;
  readonly tenant: string;
  readonly kind: DecisionKind;
  readonly actor: string;
  readonly at: number;
  readonly note: string | null;
  readonly from_number: number;
  readonly to_number: number;
  readonly opened: boolean;
  readonly moved: number;
  readonly undoes: string | null;
  readonly undone_by: string | null;
  readonly group_keys: readonly string[];
}

export async function decisionById(sql: Sql, tenant: string, id: string): Promise<DecisionRow | null> {
  const text = `${DECISIONS} WHERE d.tenant = $1 AND d.id = $2::uuid`;
  const { rows } = await sql.query<DecisionSqlRow>(text, [tenant, id], 'decision_by_id');
  return rows[0] === undefined ? null : viewDecision(rows[0]);
}

export async function listDecisions(
  sql: Sql,
  tenant: string,
  incidentId: string | null,
  { limit, after }: DecisionPage,
): Promise<Page<DecisionRow>> {
  // Two walks of two indexes, for one incident: those from it and those to it.
  const page = `ORDER BY seq DESC LIMIT $2`;
  const before = '($3::bigint IS NULL OR seq < $3)';
  const of = (column: string) =>
    `(SELECT id FROM oopstream.decision WHERE ${column} = $4::uuid AND tenant = $1 AND ${before} ${page})`;
  const ids =
    incidentId === null
      ? `SELECT id FROM oopstream.decision WHERE tenant = $1 AND ${before} ${page}`
      : `${of('from_incident')} UNION ${of('to_incident')}`;
  const text = `${DECISIONS} WHERE d.id IN (${ids}) ORDER BY d.seq DESC LIMIT $2`;
  const values = [tenant, limit + 1, after?.value ?? null, ...(incidentId === null ? [] : [incidentId])];
  const { rows } = await sql.query<DecisionSqlRow>(text, values);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? { value: last.seq, id: last.id } : null;
  return { items: shown.map(viewDecision), next };
}

export async function historyOfIncident(
  sql: Sql,
  tenant: string,
  incidentId: string,
  { limit, after }: DecisionPage,
): Promise<Page<HistoryRow>> {
  const { rows } = await sql.query<{
    id: number;
    at: number;
    action: string;
    actor: string;
    detail: Readonly<Record<string, unknown>>;
  }>(
    `SELECT id, at, action, actor, detail FROM oopstream.audit
     WHERE tenant = $1 AND subject_kind = 'incident' AND subject_id = $2 AND ($3::bigint IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [tenant, incidentId, after?.value ?? null, limit + 1],
    'history_page',
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ at, action, actor, detail }) => ({ atMs: at, action, actor, detail })),
    next: rows.length > limit && last !== undefined ? { value: last.id, id: incidentId } : null,
  };
}

function viewDecision(row: DecisionSqlRow): DecisionRow {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    actor: row.actor,
    atMs: row.at,
    note: row.note,
    fromNumber: formatIncidentNumber(row.from_number),
    toNumber: formatIncidentNumber(row.to_number),
    opened: row.opened,
    crashes: row.moved,
    groupKeys: row.group_keys,
    undoes: row.undoes,
    undoneBy: row.undone_by,
  };
}
