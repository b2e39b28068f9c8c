export { needsOf } from './batch-needs';
export type { BatchNeeds, CrashBond } from './batch-needs';
export { HARDWARE_BANDS, hardwareBand } from './crash-cause';
export type { CrashCause, HardwareBand } from './crash-cause';
export { holdingKey } from './crash-face';
export { crashTime } from './crash-time';
export type { CrashTime } from './crash-time';
export { DEAD_LETTERED, decideBatch } from './decide-batch';
export type { DecideDeps, DecidedBatch } from './decide-batch';
export type {
  AbsorbedCrash,
  ChangeCrash,
  CrashFace,
  DedupPlan,
  FacetDelta,
  IncidentChange,
  LedgerDelta,
  LedgerKind,
  PlannedAudit,
  OfferedBody,
  PlannedBody,
  PlannedChange,
  PlannedCrash,
  PlannedHost,
  PlannedKey,
  PlannedLink,
  PlannedReading,
  PlannedReceipt,
  PlannedStorm,
  PlannedTranscript,
  ReadingOutcome,
  ReceiptResult,
  WatermarkDelta,
} from './dedup-plan';
export { forgottenReceipts, INCIDENT_STATUSES, SHOWN_NAMES } from './dedup-state';
export type {
  DedupState,
  IncidentState,
  IncidentStatus,
  KnownCrash,
  KnownReceipt,
  KnownTranscript,
  ReceiptOutcome,
} from './dedup-state';
export { formatIncidentNumber, parseIncidentNumber } from './incident-number';
export {
  STATUS_TRANSITIONS,
  TRANSITION_REFUSALS,
  TREND_TRANSITIONS,
  transition,
} from './incident-transition';
export type {
  IncidentEvent,
  MuteConditions,
  TransitionChange,
  TransitionRefusal,
  TransitionResult,
} from './incident-transition';
export * from './life';
export * from './human';
export type { JoinProof } from './joining/join-proof';
export { joiningAsks } from './joining/joining-needs';
export type { JoiningAsk, KeyName } from './joining/joining-needs';
export { DEFAULT_JOINING, DEFAULT_JOIN_CANDIDATES, NO_JOINING } from './joining/joining-state';
export type { JoiningSettings, JoiningState, KeyStack } from './joining/joining-state';
export { JOIN_REASONS, explainJoin } from './join-reason';
export type { JoinReason } from './join-reason';
export { compareCounts } from './ledger-compare';
export type { ComparableCount, ComparedCounts, CountDifference } from './ledger-compare';
export { hourOf, ledgerOutcome } from './ledger-tally';
export type {
  CarriedAnalysis,
  HostAttributes,
  Receipt,
  ReceiptContent,
  SignedReading,
  SourcePosition,
  TranscriptFacts,
} from './receipt';
export { keepBody, SAMPLED_IN_STORM } from './storm/keep-body';
export type { BodyArrival, BodyDecision, KeepReason, NewestBody, StormState } from './storm/keep-body';
export { BODY_KEPT, BODY_SAMPLED } from './storm/storm-draft';
export { StormGauge, bugShownBy } from './storm/storm-gauge';
export type { GaugeRules, GaugedArrival } from './storm/storm-gauge';
export { STORM_RULES } from './storm/storm-rules';
export type { StormRules } from './storm/storm-rules';
export * from './replay';
export { crashEnds } from './host-ends';
export type { CrashEnd } from './host-ends';
export { parentKeyOf, readParentKey } from './patterns/parent-key';
export type { VictimGround } from './patterns/parent-key';
export { CRASH_MATCH_LIMITS } from './one-crash/match-limits';
export type { CrashMatchLimits } from './one-crash/match-limits';
export type { KnownMoment } from './one-crash/known-moment';
export { NEARBY } from './one-crash/nearby';
export { TRIAGE_FILTERS } from './life/triage-filter';
export type { TriageFilter } from './life/triage-filter';
