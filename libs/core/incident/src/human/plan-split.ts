import type { IncidentState } from '../dedup-state';
import { newLife } from '../life/incident-life';
import type {
  Act,
  Decided,
  DecisionPlan,
  KeyRefusal,
  Standing,
  StandingCrash,
  StandingKey,
} from './decision';
import { refused } from './decision';
import { emptyPlan, moveKey, whyNot } from './plan-parts';

/** What an incident that a split opens shows: of the newest crash that moves there. */
export interface SplitFace extends Pick<
  IncidentState,
  'title' | 'kind' | 'family' | 'blamed' | 'entry' | 'module'
> {
  readonly openedByCrash: string;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
}

/** Where what is split off goes: an incident that is there, or a new one. */
export type SplitTarget =
  | { readonly kind: 'named'; readonly into: Standing }
  /** `face` is `null` where no crash of the keys is stored any more. */
  | { readonly kind: 'new'; readonly id: string; readonly number: number; readonly face: SplitFace | null };

export interface SplitKeysState {
  readonly from: Standing;
  readonly target: SplitTarget;
  /** The keys that were named, as far as they are known. */
  readonly keys: readonly StandingKey[];
  /** How many keys lead to `from`. */
  readonly keysOfFrom: number;
  /** Of those keys onto the target. */
  readonly refusals: readonly KeyRefusal[];
}

/**
 * Splits group keys off: they lead to another incident from now on, their crashes move but for pinned ones, and they never
 * join the old incident by similarity again.
 */
export function planSplitKeys(state: SplitKeysState, groupKeys: readonly string[], act: Act): Decided {
  const { from, target, keys } = state;
  const no = whyNot(from) ?? whyNotInto(target, from);
  if (no !== null) return no;
  const byKey = new Map(keys.map((key) => [key.groupKey, key]));
  for (const groupKey of groupKeys) {
    const key = byKey.get(groupKey);
    if (key === undefined) return refused('key-unknown', groupKey);
    if (key.incidentId !== from.incident.id) return refused('key-elsewhere', groupKey);
  }
  if (target.kind === 'new' && byKey.size >= state.keysOfFrom) return refused('nothing-left');
  const to = target.kind === 'named' ? target.into.incident.id : target.id;
  return {
    ...openTarget(emptyPlan(act, 'split', from.incident, to), from, target, keys),
    keys: keys.map((key) => moveKey(key, to, act.id, 'split')),
    crashes: {
      fromIncidentId: from.incident.id,
      toIncidentId: to,
      select: { by: 'keys', groupKeys: [...byKey.keys()] },
      pins: 'keep',
    },
    refuse: keys.map(({ groupKey }) => ({ groupKey, incidentId: from.incident.id, decisionId: act.id })),
    lift: state.refusals,
  };
}

export interface SplitCrashesState {
  readonly from: Standing;
  readonly target: SplitTarget;
  /** The crashes that were named, as far as they are known. */
  readonly crashes: readonly StandingCrash[];
}

/** Splits crashes off: they move and are pinned where they go. Their keys lead where they led. */
export function planSplitCrashes(
  { from, target, crashes }: SplitCrashesState,
  crashIds: readonly string[],
  act: Act,
): Decided {
  const no = whyNot(from) ?? whyNotInto(target, from);
  if (no !== null) return no;
  const byId = new Map(crashes.map((crash) => [crash.id, crash]));
  for (const id of crashIds) {
    const crash = byId.get(id);
    if (crash === undefined) return refused('crash-unknown', id);
    if (crash.incidentId !== from.incident.id) return refused('crash-elsewhere', id);
  }
  if (target.kind === 'new' && byId.size >= from.incident.crashes) return refused('nothing-left');
  const to = target.kind === 'named' ? target.into.incident.id : target.id;
  return {
    ...openTarget(emptyPlan(act, 'split', from.incident, to), from, target, []),
    crashes: {
      fromIncidentId: from.incident.id,
      toIncidentId: to,
      select: { by: 'ids', crashIds: [...byId.keys()] },
      pins: { set: act.id },
    },
  };
}

function whyNotInto(target: SplitTarget, from: Standing) {
  if (target.kind === 'new') return null;
  return (
    whyNot(target.into) ?? (target.into.incident.id === from.incident.id ? refused('incident-same') : null)
  );
}

function openTarget(
  plan: DecisionPlan,
  { incident: from }: Standing,
  target: SplitTarget,
  keys: readonly StandingKey[],
): DecisionPlan {
  if (target.kind === 'named') return plan;
  const { id, number, face } = target;
  const opened: IncidentState = {
    ...from,
    ...{ id, number },
    ...newLife(plan.act.atMs),
    status: 'open',
    title: keys.find((key) => key.groupText !== null)?.groupText ?? from.title,
    ...face,
    openedAtMs: plan.act.atMs,
    openedTraceparent: plan.act.traceparent,
    resolvedAtMs: null,
    resolvedBy: null,
    resolvedIn: null,
    recurrences: 0,
    ...newLife(plan.act.atMs),
    crashes: 0,
    fatalCrashes: 0,
    hosts: 0,
    releases: [],
    groupKeys: [],
  };
  return { ...plan, decision: { ...plan.decision, opened: true }, opened };
}
