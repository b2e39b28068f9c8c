import { SEVERITIES, SEVERITY_FLOORS } from '@oopstream/core-incident';
import type { SeverityLevel, TriageFilter } from '@oopstream/core-incident';
import type { IncidentFilter } from '@oopstream/ports';
import type { SqlText } from './sql-text';

const TRIAGE: Readonly<Record<TriageFilter, string>> = {
  acknowledged: `i.triage ->> 'acknowledgedAtMs' IS NOT NULL`,
  unacknowledged: `i.triage ->> 'acknowledgedAtMs' IS NULL`,
  assigned: `i.triage ->> 'assignee' IS NOT NULL`,
  unassigned: `i.triage ->> 'assignee' IS NULL`,
  muted: `i.triage ->> 'mute' IS NOT NULL`,
  unmuted: `i.triage ->> 'mute' IS NULL`,
  unordered: `i.life -> 'unordered' <> '[]'::jsonb`,
};

/** @returns what a filter asks of incidents' lives; `i` is the incident. */
export function lifeConditions(
  text: SqlText,
  { trend, triage, assignee, severity }: Pick<IncidentFilter, 'trend' | 'triage' | 'assignee' | 'severity'>,
): string[] {
  const conditions: string[] = [];
  if (trend !== null) conditions.push(`i.trend = ${text.bind(trend)}`);
  if (triage !== null) conditions.push(TRIAGE[triage]);
  if (assignee !== null) conditions.push(`i.triage ->> 'assignee' = ${text.bind(assignee)}`);
  if (severity !== null) conditions.push(...severityConditions(text, severity));
  return conditions;
}

function severityConditions(text: SqlText, level: SeverityLevel): string[] {
  const above = SEVERITIES[SEVERITIES.indexOf(level) - 1];
  const conditions = [`i.severity >= ${text.bind(SEVERITY_FLOORS[level])}`];
  if (above !== undefined) conditions.push(`i.severity < ${text.bind(SEVERITY_FLOORS[above])}`);
  return conditions;
}
