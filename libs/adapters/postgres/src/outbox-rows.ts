import type { PlannedAudit } from '@oopstream/core-incident';
import type { OutboxRows } from '@oopstream/ports';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

const INSERT_AUDIT = `
INSERT INTO oopstream.audit (tenant, at, actor, action, subject_kind, subject_id, detail)
SELECT tenant, at, actor, action, subject_kind, subject_id, detail
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, at timestamptz, actor text, action text, subject_kind text,
  subject_id text, detail jsonb)`;

const INSERT_PUBLICATIONS = `
INSERT INTO oopstream.outbox (id, tenant, incident_id, body, created_at, traceparent)
SELECT id, tenant, incident_id, body, created_at, traceparent
FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, tenant text, incident_id uuid, body text, created_at timestamptz,
  traceparent text)`;

const INSERT_DELIVERIES = `
INSERT INTO oopstream.delivery (id, tenant, incident_id, endpoint_id, body, created_at, traceparent)
SELECT id, tenant, incident_id, endpoint_id, body, created_at, traceparent
FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, tenant text, incident_id uuid, endpoint_id text, body text,
  created_at timestamptz, traceparent text)`;

/** What an audit row says, whatever it is about. */
export type AuditRow = Omit<PlannedAudit, 'subjectKind'> & { readonly subjectKind: string };

export async function insertAudit(sql: Sql, entries: readonly AuditRow[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ tenant, atMs, actor, action, subjectKind, subjectId, detail }) => ({
    ...{ tenant, actor, action, detail },
    at: timestamp(atMs),
    subject_kind: subjectKind,
    subject_id: subjectId,
  }));
  await sql.query(INSERT_AUDIT, [jsonRows(rows)], 'insert_audit');
}

/** In the transaction of what they tell of. */
export async function insertOutbox(sql: Sql, { publications, deliveries }: OutboxRows): Promise<void> {
  const row = (one: OutboxRows['publications'][number]): object => ({
    id: one.id,
    tenant: one.tenant,
    incident_id: one.incidentId,
    body: one.body,
    created_at: timestamp(one.createdAtMs),
    traceparent: one.traceparent,
  });
  if (publications.length > 0)
    await sql.query(INSERT_PUBLICATIONS, [jsonRows(publications.map(row))], 'insert_publications');
  if (deliveries.length > 0) {
    const rows = deliveries.map((one) => ({ ...row(one), endpoint_id: one.endpointId }));
    await sql.query(INSERT_DELIVERIES, [jsonRows(rows)], 'insert_deliveries');
  }
}
