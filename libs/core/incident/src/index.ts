export { needsOf } from './batch-needs';
export type { BatchNeeds } from './batch-needs';
export { HARDWARE_BANDS, hardwareBand } from './crash-cause';
export type { CrashCause, HardwareBand } from './crash-cause';
export { crashTime } from './crash-time';
export type { CrashTime } from './crash-time';
export { DEAD_LETTERED, decideBatch } from './decide-batch';
export type { DecideDeps, DecidedBatch } from './decide-batch';
export type {
  ChangeCrash,
  CrashFace,
  DedupPlan,
  FacetDelta,
  IncidentChange,
  LedgerDelta,
  PlannedAudit,
  PlannedChange,
  PlannedCrash,
  PlannedHost,
  PlannedKey,
  PlannedLink,
  PlannedReading,
  PlannedReceipt,
  PlannedTranscript,
  ReadingOutcome,
  ReceiptResult,
  WatermarkDelta,
} from './dedup-plan';
export { forgottenReceipts, SHOWN_NAMES } from './dedup-state';
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
export { transition } from './incident-transition';
export type { IncidentEvent, TransitionResult } from './incident-transition';
export { JOIN_REASONS, explainJoin } from './join-reason';
export type { JoinReason } from './join-reason';
export { ledgerOutcome } from './ledger-tally';
export type {
  CarriedAnalysis,
  HostAttributes,
  Receipt,
  ReceiptContent,
  SignedReading,
  SourcePosition,
  TranscriptFacts,
} from './receipt';
