import type { DedupPlan } from '@oopstream/core-incident';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

const UPSERT_BODIES = `
INSERT INTO oopstream.transcript_body (tenant, transcript_id, sha256, received_at, sampled_away)
SELECT tenant, transcript_id, sha256, received_at, sampled_away
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, transcript_id text, sha256 text, received_at timestamptz,
  sampled_away text)
ORDER BY tenant COLLATE "C", transcript_id COLLATE "C"
ON CONFLICT (tenant, transcript_id) DO UPDATE SET sampled_away = excluded.sampled_away`;

const ADD_REFS = `
INSERT INTO oopstream.blob_ref AS ref (tenant, sha256, refs, unreferenced_at)
SELECT tenant, sha256, greatest(sum(by), 0), CASE WHEN sum(by) <= 0 THEN $2::timestamptz END
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, sha256 text, by bigint)
GROUP BY tenant, sha256 ORDER BY tenant COLLATE "C", sha256 COLLATE "C"
ON CONFLICT (tenant, sha256) DO UPDATE SET`;

// An insert has no sign for what is taken off a row that is there: both ways are statements of their own.
const KEEP = `${ADD_REFS} refs = ref.refs + excluded.refs,
  unreferenced_at = CASE WHEN ref.refs + excluded.refs = 0 THEN coalesce(ref.unreferenced_at, $2::timestamptz) END`;

/** All that follows, in the order that everybody takes: bytes may be shared by hosts of different batches. */
const LOCK_REFS = `
SELECT FROM oopstream.blob_ref ref JOIN jsonb_to_recordset($1::jsonb) AS row(tenant text, sha256 text)
  ON ref.tenant = row.tenant AND ref.sha256 = row.sha256
ORDER BY ref.tenant COLLATE "C", ref.sha256 COLLATE "C" FOR UPDATE OF ref`;

const LET_GO = `
UPDATE oopstream.blob_ref ref SET refs = ref.refs - gone.count,
  unreferenced_at = CASE WHEN ref.refs = gone.count THEN $2::timestamptz END
FROM (
  SELECT tenant, sha256, count(*) FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, sha256 text)
  GROUP BY tenant, sha256
) AS gone
WHERE ref.tenant = gone.tenant AND ref.sha256 = gone.sha256`;

const UPSERT_STORMS = `
INSERT INTO oopstream.incident_storm (incident_id, tenant, state)
SELECT "incidentId", tenant, state
FROM jsonb_to_recordset($1::jsonb) AS row("incidentId" uuid, tenant text, state jsonb)
ON CONFLICT (incident_id) DO UPDATE SET state = excluded.state`;

type BodyPlan = Pick<DedupPlan, 'bodies' | 'storms' | 'offered'>;

/** Writes what became of bodies and how often each is referred to; the storms are guarded by their incidents' locks. */
export async function commitBodies(sql: Sql, plan: BodyPlan, nowMs: number): Promise<void> {
  if (plan.storms.length > 0) await sql.query(UPSERT_STORMS, [jsonRows(plan.storms)], 'upsert_storms');
  if (plan.bodies.length > 0) await upsertBodies(sql, plan);
  await referTo(sql, plan, nowMs);
}

async function upsertBodies(sql: Sql, plan: BodyPlan): Promise<void> {
  const rows = plan.bodies.map((body) => ({
    tenant: body.tenant,
    transcript_id: body.transcriptId,
    sha256: body.sha256,
    received_at: timestamp(body.receivedAtMs),
    sampled_away: body.sampledAway,
  }));
  await sql.query(UPSERT_BODIES, [jsonRows(rows)], 'upsert_bodies');
}

async function referTo(sql: Sql, plan: BodyPlan, nowMs: number): Promise<void> {
  // One that came and went within the batch, or came once more, is known, and kept by nobody.
  const arrived = [
    ...plan.bodies
      .filter((body) => body.isNew && body.isStored)
      .map(({ tenant, sha256, sampledAway }) => ({ tenant, sha256, by: sampledAway === null ? 1 : 0 })),
    ...plan.offered.map((body) => ({ ...body, by: 0 })),
  ];
  const gone = plan.bodies.filter((body) => !body.isNew && body.sampledAway !== null);
  if (gone.length > 0) await sql.query(LOCK_REFS, [jsonRows([...arrived, ...gone])], 'lock_refs');
  if (arrived.length > 0) await sql.query(KEEP, [jsonRows(arrived), timestamp(nowMs)], 'keep_blobs');
  if (gone.length > 0) {
    const shas = gone.map(({ tenant, sha256 }) => ({ tenant, sha256 }));
    await sql.query(LET_GO, [jsonRows(shas), timestamp(nowMs)], 'let_go_of_blobs');
  }
}
