import type {
  IncidentFilter,
  IncidentListRow,
  IncidentOrder,
  IncidentQueries,
  Page,
  TrendRow,
} from '@oopstream/ports';
import type { Sql } from '../pool';
import { INCIDENT_COLUMNS, viewIncidentRow } from './incident-rows';
import type { IncidentSqlRow } from './incident-rows';
import { afterKey, cutPage, orderBy } from './keyset';
import type { Keyset } from './keyset';
import { lifeConditions } from './life-filter';
import { containsPattern, createSqlText } from './sql-text';
import type { SqlText } from './sql-text';

type ListPage = Parameters<IncidentQueries['listIncidents']>[2];

/** The worst first, of those the latest; as the index has it. */
const SEVERITY_RANK =
  '(i.severity * 100000000000 + floor(extract(epoch FROM i.last_seen_at - to_timestamp(0)))::bigint)';

function severityRank({ severity, last_seen_at }: IncidentSqlRow): number {
  return severity * 100_000_000_000 + Math.floor(last_seen_at / 1000);
}

const KEYSETS: Readonly<Record<IncidentOrder, Keyset>> = {
  '-lastSeen': { column: 'i.last_seen_at', id: 'i.id', isTime: true, descending: true },
  lastSeen: { column: 'i.last_seen_at', id: 'i.id', isTime: true, descending: false },
  '-firstSeen': { column: 'i.first_seen_at', id: 'i.id', isTime: true, descending: true },
  firstSeen: { column: 'i.first_seen_at', id: 'i.id', isTime: true, descending: false },
  '-crashes': { column: 'i.crashes', id: 'i.id', isTime: false, descending: true },
  '-hosts': { column: 'i.hosts', id: 'i.id', isTime: false, descending: true },
  '-severity': { column: SEVERITY_RANK, id: 'i.id', isTime: false, descending: true },
  severity: { column: SEVERITY_RANK, id: 'i.id', isTime: false, descending: false },
};

const VALUES: Readonly<Record<IncidentOrder, (row: IncidentSqlRow) => number>> = {
  '-lastSeen': (row) => row.last_seen_at,
  lastSeen: (row) => row.last_seen_at,
  '-firstSeen': (row) => row.first_seen_at,
  firstSeen: (row) => row.first_seen_at,
  '-crashes': (row) => row.crashes,
  '-hosts': (row) => row.hosts,
  '-severity': severityRank,
  severity: severityRank,
};

/** One page of incidents: the page itself by its index, then what only the rows shown need. */
export async function listIncidents(
  sql: Sql,
  tenant: string,
  filter: IncidentFilter,
  page: ListPage,
): Promise<Page<IncidentListRow>> {
  const { text, values } = incidentPageSql(tenant, filter, page);
  const { rows } = await sql.query<IncidentSqlRow>(text, values);
  const shown = rows.slice(0, page.limit).map((row) => row.id);
  const trends = await loadTrends(sql, shown, page.trend);
  const verdicts = await loadMainVerdicts(sql, shown);
  return cutPage(rows, page.limit, VALUES[page.order], (row) => ({
    ...viewIncidentRow(row),
    recurrences: row.recurrences,
    verdict: verdicts.get(row.id) ?? null,
    trend: trends.get(row.id) ?? [],
  }));
}

/** @returns the statement behind a page; one row more than the page's limit tells that there is a next one. */
export function incidentPageSql(
  tenant: string,
  filter: IncidentFilter,
  page: Omit<ListPage, 'trend'>,
): { readonly text: string; readonly values: readonly unknown[] } {
  const text = createSqlText();
  const keyset = KEYSETS[page.order];
  const conditions = filterSql(text, text.bind(tenant), filter);
  if (page.after !== null) conditions.push(afterKey(text, keyset, page.after));
  // The inner query is cut before lists of releases and keys are gathered for its rows.
  const order = orderBy(keyset);
  const statement = `
    SELECT ${INCIDENT_COLUMNS} FROM (
      SELECT i.* FROM oopstream.incident i WHERE ${conditions.join(' AND ')}
      ORDER BY ${order} LIMIT ${text.bind(page.limit + 1)}
    ) i ORDER BY ${order}`;
  return { text: statement, values: text.values };
}

function filterSql(text: SqlText, tenant: string, filter: IncidentFilter): string[] {
  const { status, titlePart, family, kind, release, host, verdict, hardware, lastSeenFromMs } = filter;
  const conditions = [`i.tenant = ${tenant}`, 'i.merged_into IS NULL'];
  if (status !== null) conditions.push(`i.status = ${text.bind(status)}`);
  if (titlePart !== null)
    conditions.push(`i.id IN (SELECT t.incident_id FROM oopstream.incident_title t
      WHERE t.tenant = ${tenant} AND t.title ILIKE ${text.bind(containsPattern(titlePart))})`);
  if (family !== null) conditions.push(`i.family = ${text.bind(family)}`);
  if (kind !== null) conditions.push(`i.kind = ${text.bind(kind)}`);
  if (lastSeenFromMs !== null) conditions.push(`i.last_seen_at >= ${text.bindTime(lastSeenFromMs)}`);
  conditions.push(...lifeConditions(text, filter));
  if (host !== null)
    conditions.push(`EXISTS (SELECT FROM oopstream.incident_host h
      WHERE h.tenant = ${tenant} AND h.host_id = ANY (${hostIdsSql(tenant, text.bind(host))}) AND h.incident_id = i.id)`);
  const facet = (table: string, column: string, value: string) =>
    conditions.push(`EXISTS (SELECT FROM oopstream.${table} f
      WHERE f.tenant = ${tenant} AND f.${column} = ${text.bind(value)} AND f.incident_id = i.id)`);
  if (release !== null) facet('incident_release', 'kernel_release', release);
  if (verdict !== null) facet('incident_verdict', 'verdict', verdict);
  if (hardware !== null) facet('incident_hardware', 'hardware', hardware);
  return conditions;
}

/** @returns the ids of hosts that have this id or this name, as an array. */
export function hostIdsSql(tenant: string, host: string): string {
  return `ARRAY(SELECT ${host}::text UNION SELECT n.host_id FROM oopstream.host n
    WHERE n.tenant = ${tenant} AND n.name = ${host})`;
}

async function loadTrends(
  sql: Sql,
  incidentIds: readonly string[],
  { fromMs, toMs }: ListPage['trend'],
): Promise<ReadonlyMap<string, readonly TrendRow[]>> {
  const trends = new Map<string, TrendRow[]>();
  if (incidentIds.length === 0) return trends;
  const { rows } = await sql.query<{ incident_id: string; at_ms: number; crashes: number; fatal: number }>(
    `SELECT incident_id, extract(epoch FROM day)::bigint * 1000 AS at_ms, crashes, fatal_crashes AS fatal
     FROM oopstream.incident_daily
     WHERE incident_id = ANY ($1::uuid[]) AND day >= ${utcDaySql('$2')} AND day < ${utcDaySql('$3')}
     ORDER BY incident_id, day`,
    [incidentIds, fromMs, toMs],
    'incident-trends',
  );
  for (const { incident_id, at_ms, crashes, fatal } of rows) {
    const row = { atMs: at_ms, fatal, survived: crashes - fatal };
    const known = trends.get(incident_id);
    if (known === undefined) trends.set(incident_id, [row]);
    else known.push(row);
  }
  return trends;
}

async function loadMainVerdicts(
  sql: Sql,
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (incidentIds.length === 0) return new Map();
  const { rows } = await sql.query<{ incident_id: string; verdict: string }>(
    `SELECT DISTINCT ON (incident_id) incident_id, verdict FROM oopstream.incident_verdict
     WHERE incident_id = ANY ($1::uuid[]) ORDER BY incident_id, verdict = 'unknown', crashes DESC, verdict`,
    [incidentIds],
    'incident-main-verdicts',
  );
  return new Map(rows.map((row) => [row.incident_id, row.verdict]));
}

/** The UTC day of so many milliseconds after 1970. */
export function utcDaySql(placeholder: string): string {
  return `(to_timestamp(${placeholder}::double precision / 1000) AT TIME ZONE 'UTC')::date`;
}
