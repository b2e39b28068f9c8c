import type { CrashStack } from '@oopstream/core-similarity';

/** Limits and thresholds of joining by similarity. */
export interface JoiningSettings {
  /** Least score that joins, above 0 and below 1; `null` joins nothing by similarity. */
  readonly above: number | null;
  /** The nearest incident must be nearer than any other by this much. */
  readonly margin: number;
  /** Most stacks of different shapes that are kept of one key. */
  readonly stacksPerKey: number;
}

export const DEFAULT_JOINING: JoiningSettings = { above: 0.7, margin: 0.1, stacksPerKey: 8 };

/** Most incidents that a new key is compared with. */
export const DEFAULT_JOIN_CANDIDATES = 20;

/** One shape that the crashes of a key have. */
export interface KeyStack {
  readonly tenant: string;
  readonly groupKey: string;
  readonly stack: CrashStack;
}

/** What joining by similarity has to know, for a batch. */
export interface JoiningState {
  /** Of the batch's keys and of the candidates' keys. */
  readonly stacks: readonly KeyStack[];
  /** Keys of incidents that a new key of the batch may join; a person put those that are `decided` there. */
  readonly candidates: readonly {
    readonly tenant: string;
    readonly groupKey: string;
    readonly incidentId: string;
    readonly decided: boolean;
  }[];
  /** How common the functions of those stacks are, as last counted; a tenant that is not there was not counted yet. */
  readonly models: readonly {
    readonly tenant: string;
    readonly version: number;
    readonly keys: number;
    readonly keysWith: Readonly<Record<string, number>>;
  }[];
  /** Incidents that a person split a key off from: it never joins them by similarity. */
  readonly refusals: readonly {
    readonly tenant: string;
    readonly groupKey: string;
    readonly incidentId: string;
  }[];
}

/** What {@link JoiningState} is where nothing may join. */
export const NO_JOINING: JoiningState = { stacks: [], candidates: [], models: [], refusals: [] };
