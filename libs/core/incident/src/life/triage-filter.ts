/** What people did with an incident so far. */
export const TRIAGE_FILTERS = [
  'acknowledged',
  'unacknowledged',
  'assigned',
  'unassigned',
  'muted',
  'unmuted',
  'unordered',
] as const;
export type TriageFilter = (typeof TRIAGE_FILTERS)[number];
