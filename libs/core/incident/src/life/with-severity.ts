import type { IncidentState } from '../dedup-state';
import { severityOf } from './severity';
import type { Severity } from './severity';

/** What of an incident its severity is made of. */
export type SeverityInput = Pick<
  IncidentState,
  'kind' | 'holding' | 'hosts' | 'crashes' | 'fatalCrashes' | 'blamed' | 'entry'
> & { readonly fleetShare: number | null };

/** @returns an incident's severity with its parts, which its score is the sum of. */
export function incidentSeverity(incident: SeverityInput): Severity {
  return severityOf(incident, [incident.blamed, incident.entry]);
}

export function withSeverity(incident: IncidentState): IncidentState {
  const { score } = incidentSeverity({ ...incident, fleetShare: incident.life.fleetShare });
  return score === incident.severity ? incident : { ...incident, severity: score };
}
