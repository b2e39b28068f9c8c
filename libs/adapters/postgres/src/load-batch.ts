import { CRASH_MATCH_LIMITS, forgottenReceipts, needsOf } from '@oopstream/core-incident';
import type {
  BatchNeeds,
  DedupState,
  IncidentState,
  KnownReceipt,
  KnownTranscript,
  Receipt,
} from '@oopstream/core-incident';
import type { BatchOptions } from '@oopstream/ports';
import { lockOutDecisions } from './decisions/decision-lock';
import { lockIncidents } from './incident-row';
import { loadLife } from './load-life';
import { jsonRows, timestamp } from './json-rows';
import { loadStorms } from './load-storms';
import { loadCrashes } from './load-crashes';
import { loadJoining } from './load-joining';
import type { Sql } from './pool';

/** Shared by batches, exclusive for whoever drops months: see migration `crash`. */
const LOCK_RETENTION = 'SELECT pg_advisory_xact_lock_shared(7246190015)';

/** Exclusive for whoever lets go of receipts from before the floor: a batch that holds some sees all or none of it. */
const LOCK_FORGOTTEN = 'SELECT pg_advisory_xact_lock_shared(7246190017)';

const SELECT_FORGOTTEN = `
SELECT "receiptId", partition, "offset"
FROM jsonb_to_recordset($1::jsonb) AS row("receiptId" text, partition integer, "offset" bigint)
JOIN oopstream.forgotten_position known ON known.source_partition = row.partition
WHERE known.offsets @> row."offset"`;

// The order of locks is decisions (advisory), hosts, group keys, incidents, tenants, counters; each in the order of its key. DO UPDATE … WHERE
// false locks a row that is there without writing it.
const LOCK_HOSTS = `
INSERT INTO oopstream.host AS host (tenant, host_id, first_seen_at, last_seen_at)
SELECT tenant, "hostId", $2::timestamptz, $2::timestamptz
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "hostId" text)
ORDER BY tenant COLLATE "C", "hostId" COLLATE "C"
ON CONFLICT (tenant, host_id) DO UPDATE SET last_seen_at = host.last_seen_at WHERE false`;

const LOCK_KEYS = `
INSERT INTO oopstream.incident_key AS key (tenant, group_key)
SELECT tenant, "groupKey" FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "groupKey" text)
ORDER BY tenant COLLATE "C", "groupKey" COLLATE "C"
ON CONFLICT (tenant, group_key) DO UPDATE SET incident_id = key.incident_id WHERE false`;

const SELECT_KEYS = `
SELECT key.tenant, key.group_key AS "groupKey", key.incident_id AS "incidentId"
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "groupKey" text)
JOIN oopstream.incident_key key ON key.tenant = row.tenant AND key.group_key = row."groupKey"`;

const SELECT_RECEIPTS = `
SELECT receipt_id AS "receiptId", outcome, reason, redelivered_from AS "redeliveredFrom",
  source_partition AS partition, source_offset AS offset, received_at AS "receivedAtMs"
FROM oopstream.receipt WHERE receipt_id = ANY($1::text[])`;

// What is known of them must hold until the commit: retention lets go of old ones.
const SELECT_TRANSCRIPTS = `
SELECT t.tenant, t.transcript_id AS id, t.outcome
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, id text)
JOIN oopstream.transcript t ON t.tenant = row.tenant AND t.transcript_id = row.id FOR NO KEY UPDATE OF t`;

const SELECT_INCIDENT_HOSTS = `
SELECT ih.incident_id AS "incidentId", ih.host_id AS "hostId", ih.crashes
FROM oopstream.incident_host ih WHERE ih.incident_id = ANY($1::uuid[]) AND ih.host_id = ANY($2::text[])`;

const RESERVE_NUMBERS = `
INSERT INTO oopstream.tenant AS tenant (tenant, next_incident_number)
SELECT tenant, 1 + wanted FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, wanted bigint)
ORDER BY tenant COLLATE "C"
ON CONFLICT (tenant) DO UPDATE SET next_incident_number = tenant.next_incident_number + excluded.next_incident_number - 1
RETURNING tenant, next_incident_number AS next`;

const SELECT_ENDPOINTS = `
SELECT tenant, id FROM oopstream.webhook_endpoint
WHERE tenant = ANY($1::text[]) AND enabled AND removed_at IS NULL ORDER BY created_at, id`;

type Key = { tenant: string; groupKey: string; incidentId: string | null };

export interface LoadedBatch {
  readonly state: DedupState;
  /** Keys that were claimed for the batch and lead nowhere yet. */
  readonly claimed: readonly { readonly tenant: string; readonly groupKey: string }[];
}

/** Takes the batch's locks and reads its state, within the transaction of `sql`. */
export async function loadBatch(
  sql: Sql,
  receipts: readonly Receipt[],
  options: BatchOptions,
): Promise<LoadedBatch> {
  const retentionFloorMs = await readFloor(sql, options);
  const kept = receipts.filter((receipt) => receipt.receivedAtMs >= retentionFloorMs);
  const old = receipts.filter((receipt) => receipt.receivedAtMs < retentionFloorMs);
  if (old.length > 0) await sql.query(LOCK_FORGOTTEN);
  const tenants = receipts.map((receipt) => receipt.tenant);
  await lockOutDecisions(sql, tenants);
  const hosts = needsOf(kept).hosts;
  if (hosts.length > 0)
    await sql.query(LOCK_HOSTS, [jsonRows(hosts), timestamp(options.nowMs)], 'lock_hosts');
  const stored = await selectReceipts(sql, receipts);
  const known = [...stored, ...(await selectForgotten(sql, old, stored))];
  const needs = needsOf(unsettled(kept, known));
  const keys = await lockKeys(sql, needs);
  const claimed = keys.filter((key) => key.incidentId === null);
  const attached = keys.filter((key): key is Key & { incidentId: string } => key.incidentId !== null);
  const crashes = await loadCrashes(sql, needs, options.crashMatch ?? CRASH_MATCH_LIMITS);
  const wanted = { receipts: kept, keys, claimed, candidates: options.joinCandidates };
  const joining = await loadJoining(sql, wanted);
  const near = [...attached, ...crashes, ...joining.candidates];
  const incidentIds = [...new Set(near.map((row) => row.incidentId))];
  const incidents = await lockIncidents(sql, incidentIds);
  return {
    claimed,
    state: {
      receipts: known,
      transcripts: await selectTranscripts(sql, needs),
      crashes,
      incidents,
      keys: attached,
      incidentHosts: await selectIncidentHosts(sql, incidents, needs),
      numbers: await reserveNumbers(sql, claimed),
      storms: await loadStorms(sql, incidents),
      joining,
      endpoints: await selectEndpoints(sql, needs),
      life: await loadLife(sql, incidents, needs),
      retentionFloorMs,
    },
  };
}

async function readFloor(sql: Sql, options: BatchOptions): Promise<number> {
  await sql.query(LOCK_RETENTION);
  const { rows } = await sql.query<{ floor: number }>('SELECT floor FROM oopstream.retention');
  return Math.max(rows[0]?.floor ?? 0, options.nowMs - options.retentionMs);
}

/** Leaves out receipts that are settled for good. */
function unsettled(receipts: readonly Receipt[], known: readonly KnownReceipt[]): readonly Receipt[] {
  const settled = new Set(known.filter((row) => row.outcome !== 'rejected').map((row) => row.receiptId));
  return receipts.filter((receipt) => !settled.has(receipt.receiptId));
}

async function selectReceipts(sql: Sql, receipts: readonly Receipt[]): Promise<KnownReceipt[]> {
  const ids = receipts.map((receipt) => receipt.receiptId);
  const { rows } = await sql.query<
    Omit<KnownReceipt, 'source'> & { readonly partition: number; readonly offset: number }
  >(SELECT_RECEIPTS, [ids], 'select_receipts');
  return rows.map(({ partition, offset, ...row }) => ({ ...row, source: { partition, offset } }));
}

async function selectForgotten(
  sql: Sql,
  old: readonly Receipt[],
  stored: readonly KnownReceipt[],
): Promise<KnownReceipt[]> {
  const storedIds = new Set(stored.map((row) => row.receiptId));
  const unknown = old.filter((receipt) => !storedIds.has(receipt.receiptId));
  if (unknown.length === 0) return [];
  const rows = unknown.map(({ receiptId, source }) => ({ receiptId, ...source }));
  const { rows: found } = await sql.query<{ receiptId: string; partition: number; offset: number }>(
    SELECT_FORGOTTEN,
    [jsonRows(rows)],
    'select_forgotten',
  );
  return forgottenReceipts(found.map(({ receiptId, ...source }) => ({ receiptId, source })));
}

async function lockKeys(sql: Sql, needs: BatchNeeds): Promise<Key[]> {
  if (needs.keys.length === 0) return [];
  const json = jsonRows(needs.keys);
  await sql.query(LOCK_KEYS, [json], 'lock_keys');
  return (await sql.query<Key>(SELECT_KEYS, [json], 'select_keys')).rows;
}

async function selectTranscripts(sql: Sql, needs: BatchNeeds): Promise<KnownTranscript[]> {
  if (needs.transcripts.length === 0) return [];
  const json = jsonRows(needs.transcripts);
  return (await sql.query<KnownTranscript>(SELECT_TRANSCRIPTS, [json], 'select_transcripts')).rows;
}

async function selectIncidentHosts(
  sql: Sql,
  incidents: readonly IncidentState[],
  needs: BatchNeeds,
): Promise<DedupState['incidentHosts']> {
  if (incidents.length === 0) return [];
  const ids = incidents.map((incident) => incident.id);
  const hosts = [...new Set(needs.hosts.map((host) => host.hostId))];
  const { rows } = await sql.query<DedupState['incidentHosts'][number]>(
    SELECT_INCIDENT_HOSTS,
    [ids, hosts],
    'select_incident_hosts',
  );
  return rows;
}

/** As many numbers as keys lead nowhere yet; those that are not used are gaps. */
async function reserveNumbers(
  sql: Sql,
  claimed: LoadedBatch['claimed'],
): Promise<{ tenant: string; numbers: number[] }[]> {
  if (claimed.length === 0) return [];
  const wanted = new Map<string, number>();
  for (const { tenant } of claimed) wanted.set(tenant, (wanted.get(tenant) ?? 0) + 1);
  const json = jsonRows([...wanted].map(([tenant, count]) => ({ tenant, wanted: count })));
  const { rows } = await sql.query<{ tenant: string; next: number }>(
    RESERVE_NUMBERS,
    [json],
    'reserve_numbers',
  );
  return rows.map(({ tenant, next }) => {
    const count = wanted.get(tenant) ?? 0;
    return { tenant, numbers: Array.from({ length: count }, (_, index) => next - count + index) };
  });
}

async function selectEndpoints(sql: Sql, needs: BatchNeeds): Promise<DedupState['endpoints']> {
  const tenants = [...new Set(needs.hosts.map((host) => host.tenant))];
  const { rows } = await sql.query<{ tenant: string; id: string }>(
    SELECT_ENDPOINTS,
    [tenants],
    'select_endpoints',
  );
  return rows;
}
