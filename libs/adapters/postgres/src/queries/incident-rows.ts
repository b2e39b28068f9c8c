import { SHOWN_NAMES, formatIncidentNumber } from '@oopstream/core-incident';
import type { IncidentFix, IncidentLife, IncidentStatus, Trend, Triage } from '@oopstream/core-incident';
import type { IncidentRow } from '@oopstream/ports';

/** What an incident row is read into; `i` is the incident. */
export const INCIDENT_COLUMNS = `
  i.id, i.number, i.tenant, i.title, i.kind, i.family, i.blamed, i.entry, i.module, i.status, i.holding,
  i.first_seen_at, i.last_seen_at, i.resolved_at, i.crashes, i.fatal_crashes, i.hosts, i.recurrences,
  i.trend, i.severity, i.triage, i.fix, i.life,
  ARRAY(SELECT r.kernel_release FROM oopstream.incident_release r WHERE r.incident_id = i.id
    ORDER BY r.last_seen_at DESC, r.kernel_release LIMIT ${SHOWN_NAMES}) AS releases,
  ARRAY(SELECT k.group_key FROM oopstream.incident_key k WHERE k.incident_id = i.id
    ORDER BY k.attached_at, k.group_key LIMIT ${SHOWN_NAMES}) AS group_keys`;

export interface IncidentSqlRow {
  readonly id: string;
  readonly number: number;
  readonly tenant: string;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  readonly blamed: string | null;
  readonly entry: string | null;
  readonly module: string | null;
  readonly status: IncidentStatus;
  readonly holding: boolean;
  readonly first_seen_at: number;
  readonly last_seen_at: number;
  readonly resolved_at: number | null;
  readonly crashes: number;
  readonly fatal_crashes: number;
  readonly hosts: number;
  readonly recurrences: number;
  readonly trend: Trend;
  readonly severity: number;
  readonly triage: Triage;
  readonly fix: IncidentFix | null;
  readonly life: IncidentLife;
  readonly releases: readonly string[];
  readonly group_keys: readonly string[];
}

export function viewIncidentRow(row: IncidentSqlRow): IncidentRow {
  return {
    id: row.id,
    number: formatIncidentNumber(row.number),
    tenant: row.tenant,
    title: row.title,
    kind: row.kind,
    family: row.family,
    blamed: row.blamed,
    entry: row.entry,
    module: row.module,
    status: row.status,
    holding: row.holding,
    firstSeenAtMs: row.first_seen_at,
    lastSeenAtMs: row.last_seen_at,
    resolvedAtMs: row.resolved_at,
    crashes: row.crashes,
    fatalCrashes: row.fatal_crashes,
    hosts: row.hosts,
    releases: row.releases,
    groupKeys: row.group_keys,
    living: {
      trend: row.trend,
      severity: row.severity,
      triage: row.triage,
      fix: row.fix,
      life: row.life,
      recurrences: row.recurrences,
    },
  };
}
