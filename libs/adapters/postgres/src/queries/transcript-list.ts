import { formatIncidentNumber } from '@oopstream/core-incident';
import type { Page, PageKey, ReadingKeysRow, TranscriptFilter, TranscriptKeysRow } from '@oopstream/ports';
import type { Sql } from '../pool';
import { loadTranscripts } from './crash-queries';
import { afterKey, cutPage, orderBy } from './keyset';
import type { Keyset } from './keyset';
import { createSqlText } from './sql-text';

/** When a transcript was counted is written once, with its row: what it was received at may become earlier. */
const TRANSCRIPTS: Keyset = {
  column: 't.processed_at',
  id: 't.transcript_id',
  idType: 'text',
  isTime: true,
  descending: true,
};

interface TranscriptPage {
  readonly limit: number;
  readonly after: PageKey | null;
}

/** The statement that finds the transcripts of a page, and one more. */
export function transcriptPageSql(tenant: string, filter: TranscriptFilter, page: TranscriptPage) {
  const text = createSqlText();
  const conditions = [`t.tenant = ${text.bind(tenant)}`];
  if (filter.processedFromMs !== null)
    conditions.push(`t.processed_at >= ${text.bindTime(filter.processedFromMs)}`);
  if (filter.processedToMs !== null)
    conditions.push(`t.processed_at < ${text.bindTime(filter.processedToMs)}`);
  if (page.after !== null) conditions.push(afterKey(text, TRANSCRIPTS, page.after));
  return {
    text: `SELECT t.transcript_id AS id, t.processed_at FROM oopstream.transcript t
     WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy(TRANSCRIPTS)} LIMIT ${text.bind(page.limit + 1)}`,
    values: text.values,
  };
}

export async function listTranscripts(
  sql: Sql,
  tenant: string,
  filter: TranscriptFilter,
  page: TranscriptPage,
): Promise<Page<TranscriptKeysRow>> {
  const { text, values } = transcriptPageSql(tenant, filter, page);
  const { rows } = await sql.query<{ readonly id: string; readonly processed_at: number }>(text, values);
  const { items: ids, next } = cutPage(
    rows,
    page.limit,
    (row) => row.processed_at,
    (row) => row.id,
  );
  const [transcripts, readings] = await Promise.all([
    loadTranscripts(sql, tenant, ids),
    loadKeys(sql, tenant, ids),
  ]);
  const byId = new Map(transcripts.map((transcript) => [transcript.id, transcript]));
  const items = ids.flatMap((id) => {
    const transcript = byId.get(id);
    return transcript === undefined ? [] : [{ transcript, readings: readings.get(id) ?? [] }];
  });
  return { items, next };
}

interface KeysSqlRow extends Omit<ReadingKeysRow, 'incidentNumber'> {
  readonly transcriptId: string;
  readonly number: number | null;
}

/** Every table is asked by its key: a page costs its own readings, however much is stored. */
export const KEYS_OF_TRANSCRIPTS = `
SELECT r.transcript_id AS "transcriptId", r.byte_start AS "byteStart", r.algorithm_version AS "algorithmVersion",
  r.outcome, r.damage, r.title, r.group_key AS "groupKey", r.group_text AS "groupText", c.crash_id AS "crashId",
  coalesce(m.number, i.number) AS number
FROM oopstream.reading r
LEFT JOIN oopstream.reading_crash l ON l.tenant = r.tenant AND l.transcript_id = r.transcript_id
  AND l.byte_start = r.byte_start AND l.algorithm_version = r.algorithm_version AND l.valid_to IS NULL
LEFT JOIN oopstream.crash_seen s ON s.crash_id = l.crash_id
LEFT JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
LEFT JOIN oopstream.incident i ON i.id = c.incident_id
LEFT JOIN oopstream.incident m ON m.id = i.merged_into
WHERE r.tenant = $1 AND r.transcript_id = ANY ($2::text[])
ORDER BY r.transcript_id, r.byte_start, r.algorithm_version`;

async function loadKeys(
  sql: Sql,
  tenant: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly ReadingKeysRow[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql.query<KeysSqlRow>(KEYS_OF_TRANSCRIPTS, [tenant, ids], 'keys-of-transcripts');
  const byTranscript = Map.groupBy(rows, (row) => row.transcriptId);
  return new Map([...byTranscript].map(([id, found]) => [id, found.map(viewKeysRow)]));
}

function viewKeysRow({ transcriptId: _, number, ...same }: KeysSqlRow): ReadingKeysRow {
  return { ...same, incidentNumber: number === null ? null : formatIncidentNumber(number) };
}
