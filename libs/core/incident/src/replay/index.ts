export { MAX_DIFF_EXAMPLES, diffReplay, isEmptyDiff } from './diff-replay';
export type { DiffInput, DiffList, DiffPlace, MetIncident, ReplayDiff } from './diff-replay';
export { matchShadow } from './match-shadow';
export type { MatchInput, Overlap } from './match-shadow';
export { placeCrashes } from './place-crashes';
export type {
  PinnedKey,
  Placement,
  PlaceReason,
  ShadowIncident,
  ShadowKey,
  ShadowPlan,
  ShadowState,
} from './place-crashes';
export type { CountedCrash } from '../facet-tally';
export { countMoves } from './plan-moves';
export type { MovedCounts, MovedCrash } from './plan-moves';
export type { CrashKeys, ReplayCrash, ReplayReading } from './replay-crash';
export {
  ACTIVE_REPLAY_STATES,
  OPEN_REPLAY_STATES,
  REPLAY_STATES,
  afterReplayAct,
  isWholeTenant,
} from './replay-run';
export type { ReplayAct, ReplayRange, ReplayState } from './replay-run';
export { asksOfSigned, createShadowJoining } from './shadow-joining';
export type { ShadowJoining } from './shadow-joining';
export { bodiesNeeded, signAgain } from './sign-again';
export type { SignAgainDeps, SignedAgain } from './sign-again';
