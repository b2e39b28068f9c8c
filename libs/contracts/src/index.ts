export { analysisSchema } from './analysis';
export type { Analysis } from './analysis';
export { acceptedSchema } from './accepted';
export type { Accepted } from './accepted';
export { ALERT_QUEUE, WEBHOOK_EVENTS, alertJob, alertJobSchema, webhookBodySchema } from './alert';
export type { AlertJob, WebhookBody } from './alert';
export { changeToWebhook, changeToWire, incidentToWire } from './from-core';
export { hostContextSchema } from './host-context';
export type { HostContext } from './host-context';
export { INCIDENT_CHANGES, incidentChangedSchema, incidentSchema } from './incident-changed';
export type { Incident, IncidentChange, IncidentChanged } from './incident-changed';
export { PROBLEMS, problem, problemSchema } from './problem';
export type { LivesOn, Problem, ProblemSlug } from './problem';
export { resolveHost } from './resolve-host';
export type { HostRefusal, ResolvedHost } from './resolve-host';
export { GROUPS, TOPICS } from './topics';
export { readingSchema, signatureSchema } from './reading';
export { storedReadingSchema, storedSignatureSchema } from './stored-reading';
export { encodeTranscriptFingerprinted, transcriptFingerprintedSchema } from './transcript-fingerprinted';
export type { FingerprintedToSend, SignedReading, TranscriptFingerprinted } from './transcript-fingerprinted';
export { decodeTranscriptReceived, encodeTranscriptReceived, hostKey } from './transcript-received';
export type { TranscriptReceived } from './transcript-received';
export { LEDGER_MISMATCH, MAX_MISMATCHES_NAMED, ledgerMismatchBodySchema } from './ledger-mismatch';
export type { LedgerMismatchBody } from './ledger-mismatch';
export { MAX_REBOOTS_NAMED, REBOOTED_DIRTY, rebootedDirtySchema } from './rebooted-dirty';
export type { RebootedDirty } from './rebooted-dirty';
export { REJECT_REASONS, rejectedHeadersSchema } from './transcript-rejected';
export type { RejectReason } from './transcript-rejected';
export {
  DEFAULT_PAGE_ITEMS,
  DELIVERY_STATES,
  INCIDENT_SORTS,
  LIST_TREND_DAYS,
  MAX_PAGE_ITEMS,
  REBOOT_STATES,
  censusHostSchema,
  censusQuerySchema,
  censusSchema,
  crashDetailSchema,
  crashPageSchema,
  crashReadingSchema,
  crashSummarySchema,
  createTokenBodySchema,
  createWebhookBodySchema,
  createdTokenSchema,
  createdWebhookSchema,
  deliveryListSchema,
  deliverySchema,
  gateQuerySchema,
  gateSchema,
  heartbeatsSchema,
  hostSchema,
  idParamsSchema,
  incidentDetailSchema,
  incidentNumberParamsSchema,
  incidentListItemSchema,
  incidentPageSchema,
  incidentRatesQuerySchema,
  incidentRatesSchema,
  MAX_FIXES_ADDED,
  actBodySchema,
  addFixesBodySchema,
  addedFixesSchema,
  assignBodySchema,
  fixPageSchema,
  listFixesQuerySchema,
  muteBodySchema,
  ledgerCheckQuerySchema,
  ledgerCheckSchema,
  ledgerHoursQuerySchema,
  ledgerHoursSchema,
  ledgerQuerySchema,
  ledgerSchema,
  listCrashesQuerySchema,
  listDeliveriesQuerySchema,
  listIncidentsQuerySchema,
  listRebootsQuerySchema,
  listTranscriptsQuerySchema,
  ratesQuerySchema,
  ratesSchema,
  rawTranscriptsSchema,
  rebootPageSchema,
  rebootSchema,
  readRawTranscriptsBodySchema,
  recordedHeartbeatsSchema,
  reopenIncidentBodySchema,
  resolveIncidentBodySchema,
  tokenListSchema,
  tokenSchema,
  transcriptDetailSchema,
  transcriptPageSchema,
  transcriptSummarySchema,
  webhookEndpointListSchema,
  webhookEndpointSchema,
  whoamiSchema,
  listParentsQuerySchema,
  parentListSchema,
  parentSchema,
  patternsQuerySchema,
  patternsSchema,
  decisionPageSchema,
  decisionSchema,
  groupKeyParamsSchema,
  historyPageSchema,
  historyQuerySchema,
  listDecisionsQuerySchema,
  membershipProofSchema,
  mergeIncidentBodySchema,
  pinBodySchema,
  reasonBodySchema,
  splitIncidentBodySchema,
} from './http';
export type {
  Census,
  CrashDetail,
  CrashPage,
  CrashReading,
  CrashSummary,
  DeliveryView,
  Gate,
  HeartbeatBody,
  IncidentDetail,
  IncidentListItem,
  IncidentPage,
  IncidentSort,
  FixView,
  Ledger,
  LedgerCheckAnswer,
  LedgerHours,
  ListCrashesQuery,
  ListIncidentsQuery,
  ListTranscriptsQuery,
  Host,
  IncidentRates,
  ListRebootsQuery,
  Rates,
  Reboot,
  RebootPage,
  RawTranscripts,
  ReadingKeys,
  RecordedHeartbeats,
  ReleaseRate,
  TokenView,
  TranscriptDetail,
  TranscriptKeys,
  TranscriptPage,
  TranscriptSummary,
  WebhookEndpointView,
  Parent,
  ParentList,
  Patterns,
  DecisionPageView,
  DecisionView,
  HistoryPage,
  MembershipProofView,
} from './http';
export { connectionSchema } from './connection';
export type { Connection } from './connection';
export {
  listReplaysQuerySchema,
  replayDiffSchema,
  replayListSchema,
  replaySchema,
  startReplayBodySchema,
} from './http';
export type { ReplayDiffView, ReplayView } from './http';
