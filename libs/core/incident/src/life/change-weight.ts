import type { IncidentChange } from '../dedup-plan';

/** Of several things that happen to an incident at once the heaviest is told. */
export const CHANGE_WEIGHT: Readonly<Record<IncidentChange, number>> = {
  seen: 0,
  settled: 0,
  calmed: 1,
  acknowledged: 1,
  assigned: 1,
  muted: 1,
  unordered: 1,
  resolved: 1,
  reopened: 2,
  unmuted: 2,
  merged: 2,
  regrouped: 2,
  obsoleted: 2,
  escalated: 3,
  recurred: 4,
  opened: 5,
};
