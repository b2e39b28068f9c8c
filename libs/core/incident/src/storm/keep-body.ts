import type { StormRules } from './storm-rules';

/** A body that stays only until enough newer ones came. */
export interface NewestBody {
  readonly transcriptId: string;
  readonly sha256: string;
  readonly receivedAtMs: number;
}

/** What is remembered of an incident's arrivals: bounded by the rules, whatever the storm's size. */
export interface StormState {
  readonly windowStartMs: number;
  /** Transcripts within the window. */
  readonly arrivals: number;
  /** `null` outside of storms. */
  readonly stormingSinceMs: number | null;
  /** Host model and title of the bodies that stand for their class in this storm. */
  readonly classes: readonly string[];
  /** Oldest first. */
  readonly newest: readonly NewestBody[];
}

export interface BodyArrival extends NewestBody {
  /** `null` where the sender did not say. */
  readonly model: string | null;
  readonly title: string;
}

/** Why a body is kept. */
export type KeepReason = 'no-storm' | 'first-of-class' | 'newest';

export interface BodyDecision {
  readonly state: StormState;
  readonly keep: KeepReason;
  /** The body that is not kept any more: an earlier one, or, if it is late, the arriving one; `null`: none. */
  readonly displaced: NewestBody | null;
}

/** Why a body is not kept, as the ledger says it. */
export const SAMPLED_IN_STORM = 'storm';

/**
 * Whether the body of a transcript is kept, given what its incident has seen. Outside of storms every one is, so also an
 * incident's first; in a storm the first of each host model and title, and the newest. Pure. The n-th body costs the same
 * however large n is.
 */
export function keepBody(before: StormState | null, arrival: BodyArrival, rules: StormRules): BodyDecision {
  const state = countArrival(before, arrival.receivedAtMs, rules);
  if (state.stormingSinceMs === null) return { state, keep: 'no-storm', displaced: null };
  const face = JSON.stringify([arrival.model, arrival.title]);
  if (!state.classes.includes(face) && state.classes.length < rules.classesKept)
    return {
      state: { ...state, classes: [...state.classes, face] },
      keep: 'first-of-class',
      displaced: null,
    };
  const { transcriptId, sha256, receivedAtMs } = arrival;
  const newest = withNewest(state.newest, { transcriptId, sha256, receivedAtMs });
  const displaced = newest.length > rules.newestKept ? (newest[0] ?? null) : null;
  return {
    state: { ...state, newest: displaced === null ? newest : newest.slice(1) },
    keep: 'newest',
    displaced,
  };
}

/** Counts a transcript of which more than a body is known (it shows several incidents): its body is kept in any case. */
export function countArrival(before: StormState | null, atMs: number, rules: StormRules): StormState {
  const state = before ?? calm(atMs);
  const elapsedMs = atMs - state.windowStartMs;
  // A late one belongs to a window that is over: it is counted to the one that is not.
  if (elapsedMs < rules.windowMs) return stormed({ ...state, arrivals: state.arrivals + 1 }, atMs, rules);
  const isOver = state.arrivals < rules.stormTranscripts || elapsedMs >= 2 * rules.windowMs;
  const next = isOver ? calm(atMs) : { ...state, windowStartMs: atMs };
  return stormed({ ...next, arrivals: 1 }, atMs, rules);
}

function calm(atMs: number): StormState {
  return { windowStartMs: atMs, arrivals: 0, stormingSinceMs: null, classes: [], newest: [] };
}

function stormed(state: StormState, atMs: number, rules: StormRules): StormState {
  if (state.stormingSinceMs !== null || state.arrivals <= rules.stormTranscripts) return state;
  return { ...state, stormingSinceMs: atMs };
}

/** Those of one time in the order of their ids, so that their own order does not matter. */
function withNewest(newest: readonly NewestBody[], body: NewestBody): NewestBody[] {
  const isBefore = (one: NewestBody): boolean =>
    one.receivedAtMs < body.receivedAtMs ||
    (one.receivedAtMs === body.receivedAtMs && one.transcriptId < body.transcriptId);
  const at = newest.findLastIndex(isBefore) + 1;
  return [...newest.slice(0, at), body, ...newest.slice(at)];
}
