import type { IncidentState } from '../dedup-state';

/** What a person may decide of a grouping. */
export const DECISION_KINDS = [
  'merge',
  'split',
  'pin-crash',
  'unpin-crash',
  'pin-key',
  'unpin-key',
  'undo',
] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

/** Keys or crashes that one split may name. */
export const MAX_SPLIT_NAMES = 500;

/** Why an act was refused; each word is also the reason of an HTTP problem. */
export const DECISION_REFUSALS = [
  'incident-unknown',
  'crash-unknown',
  'key-unknown',
  'decision-unknown',
  'incident-merged',
  'incident-holding',
  'incident-same',
  'key-elsewhere',
  'crash-elsewhere',
  'nothing-left',
  'pin-same',
  'pin-missing',
  'decision-undone',
  'decision-final',
  'decision-later',
] as const;
export type DecisionRefusal = (typeof DECISION_REFUSALS)[number];

export interface Refused {
  readonly kind: 'refused';
  readonly reason: DecisionRefusal;
  /** What stands in the way: a number, key or id. */
  readonly about: string | null;
}

export function refused(reason: DecisionRefusal, about: string | null = null): Refused {
  return { kind: 'refused', reason, about };
}

/** What all acts have. */
export interface Act {
  /** Id of the decision to be made, a UUID. */
  readonly id: string;
  readonly atMs: number;
  /** Who: `token:<label>`. */
  readonly actor: string;
  /** Why. */
  readonly note: string | null;
  readonly traceparent: string | null;
}

/** A decision as it is stored. */
export interface Decision {
  readonly id: string;
  readonly tenant: string;
  readonly kind: DecisionKind;
  readonly actor: string;
  readonly atMs: number;
  readonly note: string | null;
  readonly fromIncidentId: string;
  /** The same where nothing changed its place. */
  readonly toIncidentId: string;
  /** It opened the incident that it moved to. */
  readonly opened: boolean;
  /** Incidents that led to the one it merged: they lead on since. */
  readonly aliases: readonly string[];
  readonly undoes: string | null;
  readonly undoneBy: string | null;
}

/** An incident and where it lives on. */
export interface Standing {
  readonly incident: IncidentState;
  /** `null`: it lives. */
  readonly mergedInto: { readonly id: string; readonly number: number } | null;
}

/** A group key and where it leads. */
export interface StandingKey {
  readonly groupKey: string;
  readonly incidentId: string;
  readonly groupText: string | null;
  readonly reason: string | null;
  /** The decision that put it there. */
  readonly decidedBy: string | null;
}

/** A crash as pins see it. */
export interface StandingCrash {
  readonly id: string;
  readonly incidentId: string;
  readonly pinnedBy: string | null;
}

/** `groupKey` never joins the incident by similarity. */
export interface KeyRefusal {
  readonly groupKey: string;
  readonly incidentId: string;
  /** The decision that said so. */
  readonly decisionId: string;
}

/** Where a key is to lead, and why; its place before is kept for who takes it back. */
export interface KeyMove {
  readonly groupKey: string;
  readonly fromIncidentId: string;
  readonly toIncidentId: string;
  readonly decidedBefore: string | null;
  readonly decidedAfter: string | null;
  readonly reasonBefore: string | null;
  readonly reasonAfter: string | null;
}

/** Which crashes change their incident: said, not listed, since there may be very many. */
export type CrashSelection =
  /** All of the incident, pinned ones too, and what it counts of crashes that are not stored any more. */
  | { readonly by: 'incident' }
  /** Those whose title-giving reading has one of the keys, but for pinned ones. */
  | { readonly by: 'keys'; readonly groupKeys: readonly string[] }
  | { readonly by: 'ids'; readonly crashIds: readonly string[] }
  /**
   * Those that a decision moved, as far as they are still where it put them, with the pins they had; and those of the keys
   * that came since and are not pinned.
   */
  | { readonly by: 'decision'; readonly decisionId: string; readonly groupKeys: readonly string[] };

export interface CrashMove {
  readonly fromIncidentId: string;
  readonly toIncidentId: string;
  readonly select: CrashSelection;
  /** What becomes of pins: they stay, are as before the decision that is undone, or are these. */
  readonly pins: 'keep' | 'restore' | { readonly set: string | null };
}

/** Everything that one decision changes: applied whole or not at all. */
export interface DecisionPlan {
  readonly kind: 'plan';
  readonly act: Act;
  readonly decision: Decision;
  /** An incident that the decision opens; its counts come with the crashes. */
  readonly opened: IncidentState | null;
  /** Incidents that from now on lead to another; `null`: live again. */
  readonly aliases: readonly { readonly incidentId: string; readonly into: string | null }[];
  /** An incident that leads to the other as soon as it has neither crash nor key. */
  readonly closeWhenEmpty: { readonly incidentId: string; readonly into: string } | null;
  readonly keys: readonly KeyMove[];
  readonly crashes: CrashMove | null;
  readonly refuse: readonly KeyRefusal[];
  readonly lift: readonly KeyRefusal[];
}

export type Decided = DecisionPlan | Refused;
