import type { Act, Decided, KeyRefusal, Standing, StandingKey } from './decision';
import { refused } from './decision';
import { emptyPlan, moveKey, whyNot } from './plan-parts';

export interface MergeState {
  readonly from: Standing;
  readonly into: Standing;
  /** Keys that lead to `from`. */
  readonly keys: readonly StandingKey[];
  /** Ids of incidents that were merged into `from`. */
  readonly aliases: readonly string[];
  /** Those of `from` and of `into`, whatever their keys. */
  readonly refusals: readonly KeyRefusal[];
  /** Keys that lead to `into`. */
  readonly intoKeys: readonly StandingKey[];
}

/**
 * Merges an incident into another: its keys lead there from now on, its crashes and counts move, its number and those that
 * led to it answer with the other's. What was split off either one stays split off both; what was split from the one into
 * the other is together again. Status, triage and resolution of both stay as they are: a merge moves crashes, not opinions.
 */
export function planMerge({ from, into, ...rest }: MergeState, act: Act): Decided {
  const no = whyNot(from) ?? whyNot(into);
  if (no !== null) return no;
  if (from.incident.id === into.incident.id) return refused('incident-same');
  const to = into.incident.id;
  const together = new Set([...rest.keys, ...rest.intoKeys].map((key) => key.groupKey));
  const known = new Set(rest.refusals.filter((one) => one.incidentId === to).map((one) => one.groupKey));
  const passedOn = rest.refusals.filter(
    (one) => one.incidentId !== to && !together.has(one.groupKey) && !known.has(one.groupKey),
  );
  return {
    ...emptyPlan(act, 'merge', from.incident, to, { aliases: rest.aliases }),
    aliases: [from.incident.id, ...rest.aliases].map((incidentId) => ({ incidentId, into: to })),
    keys: rest.keys.map((key) => moveKey(key, to, act.id, 'merged')),
    crashes: {
      fromIncidentId: from.incident.id,
      toIncidentId: to,
      select: { by: 'incident' },
      pins: 'keep',
    },
    refuse: passedOn.map((one) => ({ groupKey: one.groupKey, incidentId: to, decisionId: act.id })),
    lift: rest.refusals.filter((one) => one.incidentId === to && together.has(one.groupKey)),
  };
}
