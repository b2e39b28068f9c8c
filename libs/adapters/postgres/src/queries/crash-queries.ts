import { formatIncidentNumber } from '@oopstream/core-incident';
import type { Signature } from '@oopstream/core-signature';
import type {
  CrashDetailRows,
  CrashFilter,
  CrashReadingRow,
  CrashRow,
  Page,
  PageKey,
  TranscriptDetailRows,
  TranscriptRow,
} from '@oopstream/ports';
import type { Sql } from '../pool';
import { afterKey, cutPage, orderBy } from './keyset';
import type { Keyset } from './keyset';
import { hostIdsSql } from './list-incidents';
import { createSqlText } from './sql-text';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Transcripts of one crash that are shown; one boot seldom leaves more than a handful. */
const MAX_READINGS = 200;

const CRASHES: Keyset = { column: 'c.received_at', id: 'c.crash_id', isTime: true, descending: true };

const CRASH_COLUMNS = `
  c.crash_id AS id, coalesce(m.number, i.number) AS number, c.held, c.title, c.kind, c.family, c.blamed, c.entry,
  c.module, c.host_id, h.name AS host_name, h.model, c.kernel_release, c.boot_id, c.verdict, c.verdict_confidence,
  c.hardware_likelihood, c.fatal, c.occurred_at, c.received_at, c.processed_at`;
const CRASH_JOINS = `
  JOIN oopstream.incident i ON i.id = c.incident_id
  LEFT JOIN oopstream.incident m ON m.id = i.merged_into
  LEFT JOIN oopstream.host h ON h.tenant = c.tenant AND h.host_id = c.host_id`;

interface CrashSqlRow {
  readonly id: string;
  readonly number: number;
  readonly held: boolean;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  readonly blamed: string | null;
  readonly entry: string | null;
  readonly module: string | null;
  readonly host_id: string;
  readonly host_name: string | null;
  readonly model: string | null;
  readonly kernel_release: string | null;
  readonly boot_id: string | null;
  readonly verdict: string | null;
  readonly verdict_confidence: string | null;
  readonly hardware_likelihood: number | null;
  readonly fatal: boolean;
  readonly occurred_at: number | null;
  readonly received_at: number;
  readonly processed_at: number;
}

export async function crashesOfIncident(
  sql: Sql,
  tenant: string,
  incidentId: string,
  filter: CrashFilter,
  page: { readonly limit: number; readonly after: PageKey | null },
): Promise<Page<CrashRow>> {
  const text = createSqlText();
  const tenantSql = text.bind(tenant);
  const conditions = [`c.tenant = ${tenantSql}`, `c.incident_id = ${text.bind(incidentId)}`];
  if (filter.host !== null)
    conditions.push(`c.host_id = ANY (${hostIdsSql(tenantSql, text.bind(filter.host))})`);
  if (filter.release !== null) conditions.push(`c.kernel_release = ${text.bind(filter.release)}`);
  if (filter.fatal !== null) conditions.push(`c.fatal = ${text.bind(filter.fatal)}`);
  if (page.after !== null) conditions.push(afterKey(text, CRASHES, page.after));
  const { rows } = await sql.query<CrashSqlRow>(
    `SELECT ${CRASH_COLUMNS} FROM oopstream.crash c ${CRASH_JOINS}
     WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy(CRASHES)} LIMIT ${text.bind(page.limit + 1)}`,
    text.values,
  );
  return cutPage(rows, page.limit, (row) => row.received_at, viewCrashRow);
}

export async function crashById(sql: Sql, tenant: string, id: string): Promise<CrashDetailRows | null> {
  if (!UUID.test(id)) return null;
  // The seen-table names the partition.
  const { rows } = await sql.query<CrashSqlRow>(
    `SELECT ${CRASH_COLUMNS} FROM oopstream.crash_seen s
     JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at ${CRASH_JOINS}
     WHERE s.crash_id = $1 AND s.tenant = $2`,
    [id, tenant],
    'crash-by-id',
  );
  const [row] = rows;
  if (row === undefined) return null;
  const readings = await loadReadings(sql, tenant, row.id);
  const transcriptIds = [...new Set(readings.map((reading) => reading.transcriptId))];
  return {
    crash: viewCrashRow(row),
    readings,
    transcripts: await loadTranscripts(sql, tenant, transcriptIds),
  };
}

/** Copies meet step by step: what took one in may have gone into a third. */
const ABSORBED_INTO = `
WITH RECURSIVE step AS (
  SELECT absorbed_into, 1 AS depth FROM oopstream.crash_seen
  WHERE crash_id = $1 AND tenant = $2 AND absorbed_into IS NOT NULL
  UNION ALL
  SELECT seen.absorbed_into, step.depth + 1 FROM step JOIN oopstream.crash_seen seen ON seen.crash_id = step.absorbed_into
  WHERE seen.tenant = $2 AND seen.absorbed_into IS NOT NULL
)
SELECT absorbed_into AS "into" FROM step ORDER BY depth DESC LIMIT 1`;

export async function crashAbsorbedInto(sql: Sql, tenant: string, id: string): Promise<string | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await sql.query<{ into: string }>(ABSORBED_INTO, [id, tenant], 'crash-absorbed-into');
  return rows[0]?.into ?? null;
}

export async function transcriptById(
  sql: Sql,
  tenant: string,
  id: string,
): Promise<TranscriptDetailRows | null> {
  const [transcript] = await loadTranscripts(sql, tenant, [id]);
  if (transcript === undefined) return null;
  const { rows } = await sql.query<CrashSqlRow>(
    `SELECT ${CRASH_COLUMNS} FROM (
       SELECT crash_id, min(byte_start) AS begins FROM oopstream.reading_crash
       WHERE tenant = $1 AND transcript_id = $2 AND valid_to IS NULL GROUP BY crash_id
     ) shown
     JOIN oopstream.crash_seen s ON s.crash_id = shown.crash_id
     JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at ${CRASH_JOINS}
     ORDER BY shown.begins, c.crash_id LIMIT ${MAX_READINGS}`,
    [tenant, id],
    'crashes-of-transcript',
  );
  return { transcript, crashes: rows.map(viewCrashRow) };
}

function viewCrashRow(row: CrashSqlRow): CrashRow {
  return {
    id: row.id,
    incidentNumber: formatIncidentNumber(row.number),
    held: row.held,
    title: row.title,
    kind: row.kind,
    family: row.family,
    blamed: row.blamed,
    entry: row.entry,
    module: row.module,
    hostId: row.host_id,
    hostName: row.host_name,
    model: row.model,
    kernelRelease: row.kernel_release,
    bootId: row.boot_id,
    verdict: row.verdict === null ? null : { class: row.verdict, confidence: row.verdict_confidence ?? '' },
    hardwareLikelihood: row.hardware_likelihood,
    fatal: row.fatal,
    occurredAtMs: row.occurred_at,
    receivedAtMs: row.received_at,
    processedAtMs: row.processed_at,
  };
}

interface ReadingSqlRow {
  readonly transcript_id: string;
  readonly is_primary: boolean;
  readonly valid_from: number;
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly outcome: string;
  readonly signature: Signature;
  readonly reading: unknown;
  readonly analysis: unknown;
}

async function loadReadings(sql: Sql, tenant: string, crashId: string): Promise<CrashReadingRow[]> {
  const { rows } = await sql.query<ReadingSqlRow>(
    `SELECT l.transcript_id, l.is_primary, l.valid_from, l.reason, l.detail, r.outcome,
       r.reading->'signature' AS signature, r.reading->'reading' AS reading, r.analysis
     FROM oopstream.reading_crash l
     JOIN oopstream.reading r USING (tenant, transcript_id, byte_start, algorithm_version)
     WHERE l.crash_id = $1 AND l.tenant = $2 AND l.valid_to IS NULL
     ORDER BY l.is_primary DESC, r.received_at, r.transcript_id, r.byte_start LIMIT ${MAX_READINGS}`,
    [crashId, tenant],
    'readings-of-crash',
  );
  return rows.map((row) => ({
    transcriptId: row.transcript_id,
    primary: row.is_primary,
    linkedAtMs: row.valid_from,
    link: { reason: row.reason, detail: row.detail },
    outcome: row.outcome,
    signature: row.signature,
    reading: row.reading,
    analysis: row.analysis,
  }));
}

interface TranscriptSqlRow {
  readonly transcript_id: string;
  readonly host_id: string;
  readonly host_name: string | null;
  readonly bundle_id: string | null;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly first_received_at: number;
  readonly processed_at: number;
  readonly outcome: string;
  readonly reason: string | null;
  readonly seen_count: number;
  readonly readings: number;
  readonly omitted_readings: number;
  readonly context: Readonly<Record<string, unknown>>;
  readonly sampled_away: string | null;
}

/** Without those that are unknown. */
export async function loadTranscripts(
  sql: Sql,
  tenant: string,
  ids: readonly string[],
): Promise<TranscriptRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<TranscriptSqlRow>(
    `SELECT t.transcript_id, t.host_id, h.name AS host_name, t.bundle_id, t.sha256, t.size_bytes,
       t.first_received_at, t.processed_at, t.outcome, t.reason, t.seen_count, t.omitted_readings, t.context,
       b.sampled_away,
       (SELECT count(*) FROM oopstream.reading r
        WHERE r.tenant = t.tenant AND r.transcript_id = t.transcript_id) AS readings
     FROM oopstream.transcript t LEFT JOIN oopstream.host h ON h.tenant = t.tenant AND h.host_id = t.host_id
     LEFT JOIN oopstream.transcript_body b ON b.tenant = t.tenant AND b.transcript_id = t.transcript_id
     WHERE t.tenant = $1 AND t.transcript_id = ANY ($2::text[]) ORDER BY t.first_received_at, t.transcript_id`,
    [tenant, ids],
    'transcripts',
  );
  return rows.map((row) => ({
    id: row.transcript_id,
    hostId: row.host_id,
    hostName: row.host_name,
    bundleId: row.bundle_id,
    sha256: row.sha256,
    sizeBytes: row.size_bytes,
    receivedAtMs: row.first_received_at,
    processedAtMs: row.processed_at,
    outcome: row.reason === null ? row.outcome : `${row.outcome}:${row.reason}`,
    seenAgain: row.seen_count - 1,
    readings: row.readings,
    omittedReadings: row.omitted_readings,
    ...(row.sampled_away !== null && { bodySampledAway: row.sampled_away }),
    context: row.context,
  }));
}
