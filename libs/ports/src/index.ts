export { blobKey, parseBlobKey } from './blob-store';
export type { BlobStore } from './blob-store';
export type {
  CensusHost,
  CensusStore,
  CensusWindow,
  CrashCountRow,
  ExposureRow,
  Heartbeat,
  HostEnd,
  LivingRow,
  ReachRow,
} from './census-store';
export { saidModules } from './said-modules';
export { MAX_MEMBERS } from './pattern-store';
export type {
  FacetRows,
  HostPattern,
  MemberIncident,
  ParentQuery,
  ParentRow,
  PatternStore,
} from './pattern-store';
export type { HostIncidentRow, HostRow, HostStore } from './host-store';
export type {
  DueReboot,
  RebootCount,
  RebootFilter,
  RebootRow,
  RebootStore,
  SettledReboots,
  SweptReboots,
} from './reboot-store';
export { systemClock } from './clock';
export type { Clock } from './clock';
export type {
  BatchContext,
  BatchHandler,
  EventLogAdmin,
  EventLogReader,
  EventLogWriter,
  LogRecord,
  NewRecord,
  PartitionPosition,
  ReplayStart,
  SubscribeOptions,
  Subscription,
  SubscriptionHealth,
  TopicSpec,
} from './event-log';
export { createMemoryRateLimiter } from './memory-rate-limiter';
export type { MemoryRateLimiterOptions } from './memory-rate-limiter';
export { isJobId } from './job-queue';
export type { JobQueue, JobResult, JobSource, JobWorker, JobWorkerOptions, NewJob } from './job-queue';
export type { RateDecision, RateLimit, RateLimiter } from './rate-limiter';
export { FatalError, RetryableError } from './errors';
export { recordSizeBytes } from './record-size';
export type {
  Delivery,
  DeliveryAttempt,
  DeliveryState,
  DeliveryStore,
  DueDelivery,
  OutboxDelivery,
  WebhookEndpoint,
} from './delivery-store';
export type { LedgerPatrol, PatrolOptions, PatrolResult } from './ledger-patrol';
export { MISMATCH_EXAMPLES } from './ledger-store';
export type {
  HourCount,
  HourRange,
  LedgerCheck,
  LedgerCounts,
  LedgerMismatch,
  LedgerStore,
  Recount,
} from './ledger-store';
export type { BodySweep, ForgottenRows, RetentionStore, SweptBodies } from './retention-store';
export { TOKEN_SCOPES } from './token-store';
export type { IdempotencyStore, NewToken, TokenGrant, TokenScope, TokenStore } from './token-store';
export { WEBHOOK_OUTCOMES } from './webhook-sender';
export type { WebhookOutcome, WebhookRequest, WebhookResult, WebhookSender } from './webhook-sender';
export type { AuditEntry, AuditLog } from './audit-log';
export { SHOWN_DECISION_KEYS } from './decision-store';
export type { DecisionPage, DecisionResult, DecisionRow, DecisionStore, SplitNames } from './decision-store';
export type { ActResult, IncidentAct, IncidentActions, ResolveAct } from './incident-actions';
export type {
  CrashDetailRows,
  CrashFilter,
  CrashReadingRow,
  CrashRow,
  FacetOptions,
  FoundIncident,
  HistoryRow,
  IncidentFacets,
  IncidentLifeRow,
  IncidentFilter,
  IncidentHostRow,
  IncidentKeyRow,
  IncidentOrder,
  IncidentQueries,
  IncidentReleaseRow,
  IncidentListRow,
  IncidentRow,
  IncidentHardwareRow,
  IncidentVariantRow,
  IncidentVerdictRow,
  Page,
  PageKey,
  ReadingKeysRow,
  TranscriptDetailRows,
  TranscriptFilter,
  TranscriptKeysRow,
  TranscriptRow,
  TrendRow,
} from './incident-queries';
export { RECOUNT_GROWTH } from './frame-model-store';
export type { FrameModelStore } from './frame-model-store';
export type { BatchOptions, IncidentBatch, IncidentStore, OutboxRows, Publication } from './incident-store';
export type { FixFilter, FixStore, StoredFix } from './fix-store';
export type { LifeActions } from './life-actions';
export type { EpisodeRow, LifeStep, LifeStore, SweepOptions } from './life-store';
export type { OutboxStore } from './outbox-store';
export type { AlgorithmStore, NewReplay, ReplayActResult, ReplayRun, ReplayStore } from './replay-store';
export type { ReadAgain, ReplayEngine, ReplayLimits, ReplayStep, ReplayTools } from './replay-engine';
