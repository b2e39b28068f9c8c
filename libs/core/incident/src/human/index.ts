export { DECISION_KINDS, DECISION_REFUSALS, MAX_SPLIT_NAMES } from './decision';
export type {
  Act,
  CrashMove,
  CrashSelection,
  Decided,
  Decision,
  DecisionKind,
  DecisionPlan,
  DecisionRefusal,
  KeyMove,
  KeyRefusal,
  Refused,
  Standing,
  StandingCrash,
  StandingKey,
} from './decision';
export { refused } from './decision';
export { auditOf, changesOf } from './decision-records';
export type { DecisionOutcome } from './decision-records';
export { planMerge } from './plan-merge';
export type { MergeState } from './plan-merge';
export { planPinCrash, planPinKey, planUnpinCrash, planUnpinKey } from './plan-pin';
export type { PinCrashState, PinKeyState, UnpinCrashState, UnpinKeyState } from './plan-pin';
export { planSplitCrashes, planSplitKeys } from './plan-split';
export type { SplitCrashesState, SplitFace, SplitKeysState, SplitTarget } from './plan-split';
export { planUndo } from './plan-undo';
export type { UndoState } from './plan-undo';
export { proveMembership } from './prove-membership';
export type {
  Membership,
  MembershipFacts,
  MembershipProof,
  ProvenDecision,
  ProvenKey,
  ProvenLink,
  ProvenMove,
} from './prove-membership';
