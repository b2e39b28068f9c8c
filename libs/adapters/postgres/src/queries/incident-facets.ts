import type {
  FacetOptions,
  HistoryRow,
  IncidentFacets,
  IncidentHostRow,
  IncidentReleaseRow,
  IncidentVariantRow,
  TrendRow,
} from '@oopstream/ports';
import type { Sql } from '../pool';
import { loadEpisodes } from './load-episodes';
import { loadKeys } from './incident-keys';
import { utcDaySql } from './list-incidents';

interface Seen {
  readonly crashes: number;
  readonly fatal_crashes: number;
  readonly first_seen_at: number;
  readonly last_seen_at: number;
}

const SEEN = 'crashes, fatal_crashes, first_seen_at, last_seen_at';

/** Everything of an incident's page but its crashes and alerts. */
export async function facetsOfIncident(
  sql: Sql,
  tenant: string,
  id: string,
  options: FacetOptions,
): Promise<IncidentFacets> {
  const { maxRows, maxHistory } = options;
  const [state, episodes, keys, hosts, releases, variants, causes, trend, history] = await Promise.all([
    loadState(sql, tenant, id),
    loadEpisodes(sql, tenant, id),
    loadKeys(sql, tenant, id),
    loadHosts(sql, tenant, id, maxRows),
    loadReleases(sql, tenant, id, maxRows),
    loadVariants(sql, tenant, id, maxRows),
    loadCauses(sql, tenant, id, maxRows),
    options.trend.bucket === 'day'
      ? loadDays(sql, tenant, id, options.trend)
      : loadHours(sql, tenant, id, options.trend),
    loadHistory(sql, tenant, id, maxHistory),
  ]);
  return { ...state, episodes, keys, hosts, releases, variants, ...causes, trend, history };
}

async function loadState(
  sql: Sql,
  tenant: string,
  id: string,
): Promise<Pick<IncidentFacets, 'recurrences' | 'resolution'>> {
  const { rows } = await sql.query<{
    recurrences: number;
    resolved_at: number | null;
    resolved_by: string | null;
    resolved_in: string | null;
  }>(
    `SELECT recurrences, resolved_at, resolved_by, resolved_in FROM oopstream.incident WHERE tenant = $1 AND id = $2`,
    [tenant, id],
    'incident-state',
  );
  const [row] = rows;
  if (row === undefined) return { recurrences: 0, resolution: null };
  const { recurrences, resolved_at: atMs, resolved_by: by, resolved_in: release } = row;
  return { recurrences, resolution: atMs === null ? null : { atMs, by: by ?? 'machine', release } };
}

async function loadHosts(
  sql: Sql,
  tenant: string,
  id: string,
  limit: number,
): Promise<readonly IncidentHostRow[]> {
  const { rows } = await sql.query<Seen & { host_id: string; name: string | null; model: string | null }>(
    `SELECT i.host_id, h.name, h.model, i.crashes, i.fatal_crashes, i.first_seen_at, i.last_seen_at
     FROM oopstream.incident_host i LEFT JOIN oopstream.host h ON h.tenant = i.tenant AND h.host_id = i.host_id
     WHERE i.tenant = $1 AND i.incident_id = $2 ORDER BY i.crashes DESC, i.host_id LIMIT $3`,
    [tenant, id, limit],
    'incident-hosts',
  );
  return rows.map(({ host_id, name, model, ...seen }) => ({
    hostId: host_id,
    name,
    model,
    fatalCrashes: seen.fatal_crashes,
    ...viewSeen(seen),
  }));
}

async function loadReleases(
  sql: Sql,
  tenant: string,
  id: string,
  limit: number,
): Promise<readonly IncidentReleaseRow[]> {
  const { rows } = await sql.query<Seen & { kernel_release: string }>(
    `SELECT kernel_release, ${SEEN} FROM oopstream.incident_release
     WHERE tenant = $1 AND incident_id = $2 ORDER BY crashes DESC, kernel_release LIMIT $3`,
    [tenant, id, limit],
    'incident-releases',
  );
  return rows.map(({ kernel_release, ...seen }) => ({
    release: kernel_release,
    fatalCrashes: seen.fatal_crashes,
    ...viewSeen(seen),
  }));
}

/** An instruction seen under two versions of the algorithm is one, called as it was last. */
const SELECT_VARIANTS = `
SELECT (array_agg(exact_key ORDER BY last_seen_at DESC, exact_key DESC))[1] AS exact_key,
  (array_agg(title ORDER BY last_seen_at DESC, exact_key DESC))[1] AS title, sum(crashes)::bigint AS crashes,
  sum(fatal_crashes)::bigint AS fatal_crashes, min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at
FROM oopstream.incident_variant WHERE tenant = $1 AND incident_id = $2
GROUP BY substr(exact_key, strpos(exact_key, ':')) ORDER BY 3 DESC, 1 LIMIT $3`;

async function loadVariants(
  sql: Sql,
  tenant: string,
  id: string,
  limit: number,
): Promise<readonly IncidentVariantRow[]> {
  const { rows } = await sql.query<Seen & { exact_key: string; title: string }>(
    SELECT_VARIANTS,
    [tenant, id, limit],
    'incident-variants',
  );
  return rows.map(({ exact_key, title, ...seen }) => ({ exactKey: exact_key, title, ...viewSeen(seen) }));
}

async function loadCauses(
  sql: Sql,
  tenant: string,
  id: string,
  limit: number,
): Promise<Pick<IncidentFacets, 'verdicts' | 'hardware'>> {
  const [verdicts, hardware] = await Promise.all([
    sql.query<{ verdict: string; crashes: number }>(
      `SELECT verdict, crashes FROM oopstream.incident_verdict
       WHERE tenant = $1 AND incident_id = $2 ORDER BY crashes DESC, verdict LIMIT $3`,
      [tenant, id, limit],
      'incident-verdicts',
    ),
    sql.query<{ likelihood: string; crashes: number }>(
      `SELECT hardware AS likelihood, crashes FROM oopstream.incident_hardware
       WHERE tenant = $1 AND incident_id = $2 ORDER BY crashes DESC, hardware`,
      [tenant, id],
      'incident-hardware',
    ),
  ]);
  return { verdicts: verdicts.rows, hardware: hardware.rows };
}

function viewSeen({ crashes, first_seen_at, last_seen_at }: Seen) {
  return { crashes, firstSeenAtMs: first_seen_at, lastSeenAtMs: last_seen_at };
}

interface TrendSqlRow {
  readonly at_ms: number;
  readonly crashes: number;
  readonly fatal: number;
}

async function loadDays(
  sql: Sql,
  tenant: string,
  id: string,
  { fromMs, toMs }: FacetOptions['trend'],
): Promise<readonly TrendRow[]> {
  const { rows } = await sql.query<TrendSqlRow>(
    `SELECT extract(epoch FROM day)::bigint * 1000 AS at_ms, crashes, fatal_crashes AS fatal
     FROM oopstream.incident_daily
     WHERE tenant = $1 AND incident_id = $2 AND day >= ${utcDaySql('$3')} AND day < ${utcDaySql('$4')} ORDER BY day`,
    [tenant, id, fromMs, toMs],
    'incident-days',
  );
  return rows.map(viewTrendRow);
}

/** Counted from the crashes themselves: for incidents that have few. */
async function loadHours(
  sql: Sql,
  tenant: string,
  id: string,
  { fromMs, toMs }: FacetOptions['trend'],
): Promise<readonly TrendRow[]> {
  const { rows } = await sql.query<TrendSqlRow>(
    `SELECT extract(epoch FROM date_trunc('hour', crash_time, 'UTC'))::bigint * 1000 AS at_ms, count(*) AS crashes,
       count(*) FILTER (WHERE fatal) AS fatal
     FROM oopstream.crash
     WHERE tenant = $1 AND incident_id = $2 AND crash_time >= to_timestamp($3::double precision / 1000)
       AND crash_time < to_timestamp($4::double precision / 1000)
     GROUP BY 1 ORDER BY 1`,
    [tenant, id, fromMs, toMs],
    'incident-hours',
  );
  return rows.map(viewTrendRow);
}

function viewTrendRow({ at_ms, crashes, fatal }: TrendSqlRow): TrendRow {
  return { atMs: at_ms, fatal, survived: crashes - fatal };
}

async function loadHistory(
  sql: Sql,
  tenant: string,
  id: string,
  limit: number,
): Promise<readonly HistoryRow[]> {
  const { rows } = await sql.query<{
    at: number;
    action: string;
    actor: string;
    detail: Readonly<Record<string, unknown>>;
  }>(
    `SELECT at, action, actor, detail FROM oopstream.audit
     WHERE tenant = $1 AND subject_kind = 'incident' AND subject_id = $2::text ORDER BY audit.id DESC LIMIT $3`,
    [tenant, id, limit],
    'incident-history',
  );
  return rows.map(({ at, action, actor, detail }) => ({ atMs: at, action, actor, detail }));
}
