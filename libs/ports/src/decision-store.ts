import type { Decision, DecisionRefusal, MembershipProof } from '@oopstream/core-incident';
import type { IncidentAct } from './incident-actions';
import type { HistoryRow, Page, PageKey } from './incident-queries';

/**
 * What people decide of groupings. Each act is one transaction: crashes, keys, counts, audit and publications move
 * together, while no batch of the tenant is under way. Every act takes numbers and ids of one tenant; those of another are
 * unknown. All throw RetryableError `store-unavailable`.
 */
export interface DecisionStore {
  /** Moves everything of an incident into another, whose number it answers with from then on. */
  merge(tenant: string, number: string, into: string, act: IncidentAct): Promise<DecisionResult>;
  /** Moves group keys with their crashes, or crashes alone, into another incident; a new one where none is named. */
  split(tenant: string, number: string, what: SplitNames, act: IncidentAct): Promise<DecisionResult>;
  pinCrash(tenant: string, crashId: string, into: string, act: IncidentAct): Promise<DecisionResult>;
  unpinCrash(tenant: string, crashId: string, act: IncidentAct): Promise<DecisionResult>;
  pinKey(tenant: string, groupKey: string, into: string, act: IncidentAct): Promise<DecisionResult>;
  unpinKey(tenant: string, groupKey: string, act: IncidentAct): Promise<DecisionResult>;
  /** Takes a decision back: the grouping is as if it had never been. */
  undo(tenant: string, decisionId: string, act: IncidentAct): Promise<DecisionResult>;
  /** Newest first; those that moved from or to the incident, where one is given by its id. */
  listDecisions(tenant: string, incidentId: string | null, page: DecisionPage): Promise<Page<DecisionRow>>;
  /** What the audit holds of an incident, newest first. */
  historyOfIncident(tenant: string, incidentId: string, page: DecisionPage): Promise<Page<HistoryRow>>;
  /** Why a crash is where it is; `null`: unknown, or retention let go of it. */
  proofOfCrash(tenant: string, crashId: string): Promise<MembershipProof | null>;
}

export interface DecisionPage {
  readonly limit: number;
  readonly after: PageKey | null;
}

/** Either keys or crashes, at least one and at most `MAX_SPLIT_NAMES` of the core. */
export interface SplitNames {
  readonly groupKeys: readonly string[];
  readonly crashIds: readonly string[];
  /** Number of the incident they go to; `null` opens one. */
  readonly into: string | null;
}

/** A decision with the numbers that people say. */
export interface DecisionRow extends Omit<Decision, 'fromIncidentId' | 'toIncidentId' | 'aliases'> {
  readonly fromNumber: string;
  /** The same where nothing changed its place. */
  readonly toNumber: string;
  /** Crashes that changed their incident or pin. */
  readonly crashes: number;
  /** The first of those that it moved or marked. */
  readonly groupKeys: readonly string[];
}

/** Group keys that a {@link DecisionRow} names. */
export const SHOWN_DECISION_KEYS = 20;

export type DecisionResult =
  | { readonly kind: 'decided'; readonly decision: DecisionRow }
  /** Nothing changed. `about` is what stands in the way. */
  | { readonly kind: 'refused'; readonly reason: DecisionRefusal; readonly about: string | null };
