import { crashEnds } from '@oopstream/core-incident';
import type { DedupPlan, PlannedReceipt } from '@oopstream/core-incident';
import { RetryableError } from '@oopstream/ports';
import type { OutboxRows } from '@oopstream/ports';
import { commitBodies } from './commit-bodies';
import { commitCounts } from './commit-counts';
import { commitEpisodes } from './commit-life';
import { commitCrashes } from './commit-crashes';
import { commitStacks } from './commit-joining';
import { insertEnds } from './host-ends';
import { saveIncidents } from './incident-row';
import { jsonRows, timestamp } from './json-rows';
import type { LoadedBatch } from './load-batch';
import { insertAudit, insertOutbox } from './outbox-rows';
import type { Sql } from './pool';

const INSERT_RECEIPTS = `
INSERT INTO oopstream.receipt (receipt_id, tenant, transcript_id, source_partition, source_offset, outcome, reason,
  received_at, processed_at, redelivered_from)
SELECT receipt_id, tenant, transcript_id, source_partition, source_offset, outcome, reason, received_at, processed_at,
  redelivered_from
FROM jsonb_to_recordset($1::jsonb) AS row(receipt_id text, tenant text, transcript_id text, source_partition integer,
  source_offset bigint, outcome text, reason text, received_at timestamptz, processed_at timestamptz,
  redelivered_from jsonb)
ORDER BY receipt_id COLLATE "C"
ON CONFLICT (receipt_id) DO NOTHING`;

const UPDATE_RECEIPTS = `
UPDATE oopstream.receipt receipt SET outcome = row.outcome, reason = row.reason, redelivered_from = row.redelivered_from,
  transcript_id = coalesce(row.transcript_id, receipt.transcript_id)
FROM jsonb_to_recordset($1::jsonb) AS row(receipt_id text, transcript_id text, outcome text, reason text,
  redelivered_from jsonb)
WHERE receipt.receipt_id = row.receipt_id`;

const UPSERT_TRANSCRIPTS = `
INSERT INTO oopstream.transcript AS t (tenant, transcript_id, host_id, bundle_id, sha256, size_bytes, context, outcome,
  reason, seen_count, omitted_readings, first_received_at, last_received_at, processed_at, traceparent)
SELECT tenant, transcript_id, host_id, bundle_id, sha256, size_bytes, context, coalesce(outcome, ''), reason,
  seen_count, omitted_readings, first_received_at, last_received_at, processed_at, traceparent
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, transcript_id text, host_id text, bundle_id text, sha256 text,
  size_bytes bigint, context jsonb, outcome text, reason text, seen_count bigint, omitted_readings bigint,
  first_received_at timestamptz, last_received_at timestamptz, processed_at timestamptz, traceparent text)
ON CONFLICT (tenant, transcript_id) DO UPDATE SET
  outcome = CASE WHEN excluded.outcome = '' THEN t.outcome ELSE excluded.outcome END,
  reason = CASE WHEN excluded.outcome = '' THEN t.reason ELSE excluded.reason END,
  seen_count = t.seen_count + excluded.seen_count,
  omitted_readings = t.omitted_readings + excluded.omitted_readings,
  first_received_at = least(t.first_received_at, excluded.first_received_at),
  last_received_at = greatest(t.last_received_at, excluded.last_received_at)`;

// The row is there: it was locked when the batch was opened.
const UPDATE_HOSTS = `
UPDATE oopstream.host host SET
  name = CASE WHEN newer THEN coalesce(row.name, host.name) ELSE coalesce(host.name, row.name) END,
  model = CASE WHEN newer THEN coalesce(row.model, host.model) ELSE coalesce(host.model, row.model) END,
  kernel_release = CASE WHEN newer THEN coalesce(row.kernel_release, host.kernel_release)
    ELSE coalesce(host.kernel_release, row.kernel_release) END,
  labels = CASE WHEN newer THEN host.labels || row.labels ELSE row.labels || host.labels END,
  first_seen_at = least(host.first_seen_at, row.first_seen_at),
  last_seen_at = CASE WHEN is_placeholder THEN row.last_seen_at ELSE greatest(host.last_seen_at, row.last_seen_at) END
FROM (
  SELECT row.*, h.xmin = pg_current_xact_id()::xid AS is_placeholder,
    h.xmin = pg_current_xact_id()::xid OR row.last_seen_at >= h.last_seen_at AS newer
  FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, host_id text, name text, model text, kernel_release text,
    labels jsonb, first_seen_at timestamptz, last_seen_at timestamptz)
  JOIN oopstream.host h ON h.tenant = row.tenant AND h.host_id = row.host_id
) AS row
WHERE host.tenant = row.tenant AND host.host_id = row.host_id`;

const ATTACH_KEYS = `
UPDATE oopstream.incident_key key SET incident_id = row.incident_id, group_text = row.group_text,
  algorithm_version = row.algorithm_version, attached_at = row.attached_at, reason = row.reason, score = row.score
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, group_key text, incident_id uuid, group_text text,
  algorithm_version integer, attached_at timestamptz, reason text, score real)
WHERE key.tenant = row.tenant AND key.group_key = row.group_key`;

const DROP_UNUSED_KEYS = `
DELETE FROM oopstream.incident_key key
USING jsonb_to_recordset($1::jsonb) AS row(tenant text, "groupKey" text)
WHERE key.tenant = row.tenant AND key.group_key = row."groupKey" AND key.incident_id IS NULL`;

/** Writes a plan within the transaction that its state was read in. */
export async function commitBatch(
  sql: Sql,
  plan: DedupPlan,
  outbox: OutboxRows,
  claimed: LoadedBatch['claimed'],
  nowMs: number,
): Promise<void> {
  await commitReceipts(sql, plan);
  await commitTranscripts(sql, plan);
  await saveIncidents(sql, plan.incidents, nowMs);
  await commitKeys(sql, plan, claimed);
  await commitStacks(sql, plan.stacks, nowMs);
  await commitCrashes(sql, plan);
  await insertEnds(sql, crashEnds(plan));
  await commitEpisodes(sql, plan.episodes);
  await insertAudit(sql, plan.audit);
  await insertOutbox(sql, outbox);
  await commitBodies(sql, plan, nowMs);
  await commitCounts(sql, plan);
}

async function commitReceipts(sql: Sql, plan: DedupPlan): Promise<void> {
  const row = (receipt: PlannedReceipt): object => ({
    receipt_id: receipt.receiptId,
    tenant: receipt.tenant,
    transcript_id: receipt.transcriptId,
    source_partition: receipt.source.partition,
    source_offset: receipt.source.offset,
    outcome: receipt.outcome,
    reason: receipt.reason,
    received_at: timestamp(receipt.receivedAtMs),
    processed_at: timestamp(receipt.processedAtMs),
    redelivered_from: receipt.redeliveredFrom,
  });
  if (plan.newReceipts.length > 0) {
    const json = jsonRows(plan.newReceipts.map(row));
    const { rowCount } = await sql.query(INSERT_RECEIPTS, [json], 'insert_receipts');
    // Only where one receipt came under two hosts, or none: their locks keep all others apart.
    if (rowCount !== plan.newReceipts.length)
      throw new RetryableError('store-unavailable', 'another worker settled some of these receipts');
  }
  if (plan.changedReceipts.length > 0)
    await sql.query(UPDATE_RECEIPTS, [jsonRows(plan.changedReceipts.map(row))], 'update_receipts');
}

async function commitTranscripts(sql: Sql, plan: DedupPlan): Promise<void> {
  if (plan.hosts.length > 0) {
    const rows = plan.hosts.map((host) => ({
      tenant: host.tenant,
      host_id: host.hostId,
      name: host.name,
      model: host.model,
      kernel_release: host.kernelRelease,
      labels: host.labels,
      first_seen_at: timestamp(host.firstSeenAtMs),
      last_seen_at: timestamp(host.lastSeenAtMs),
    }));
    await sql.query(UPDATE_HOSTS, [jsonRows(rows)], 'update_hosts');
  }
  if (plan.transcripts.length === 0) return;
  const rows = plan.transcripts.map((one) => ({
    tenant: one.tenant,
    transcript_id: one.facts.id,
    host_id: one.facts.hostId,
    bundle_id: one.facts.bundleId,
    sha256: one.facts.sha256,
    size_bytes: one.facts.sizeBytes,
    context: one.facts.context,
    outcome: one.decided?.outcome ?? null,
    reason: one.decided?.reason ?? null,
    seen_count: one.seen,
    omitted_readings: one.omittedReadings,
    first_received_at: timestamp(one.firstReceivedAtMs),
    last_received_at: timestamp(one.lastReceivedAtMs),
    processed_at: timestamp(one.processedAtMs),
    traceparent: one.traceparent,
  }));
  await sql.query(UPSERT_TRANSCRIPTS, [jsonRows(rows)], 'upsert_transcripts');
}

async function commitKeys(sql: Sql, plan: DedupPlan, claimed: LoadedBatch['claimed']): Promise<void> {
  if (plan.keys.length > 0) {
    const rows = plan.keys.map((key) => ({
      tenant: key.tenant,
      group_key: key.groupKey,
      incident_id: key.incidentId,
      group_text: key.groupText,
      algorithm_version: key.algorithmVersion,
      attached_at: timestamp(key.attachedAtMs),
      reason: key.reason,
      score: key.score ?? null,
    }));
    await sql.query(ATTACH_KEYS, [jsonRows(rows)], 'attach_keys');
  }
  if (claimed.length > plan.keys.length)
    await sql.query(DROP_UNUSED_KEYS, [jsonRows(claimed)], 'drop_unused_keys');
}
