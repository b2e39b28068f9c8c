export {
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
} from './decisions';
export type { DecisionPageView, DecisionView, HistoryPage, MembershipProofView } from './decisions';
export {
  censusHostSchema,
  censusQuerySchema,
  censusSchema,
  heartbeatsSchema,
  recordedHeartbeatsSchema,
} from './census';
export type { Census, HeartbeatBody, RecordedHeartbeats } from './census';
export {
  listParentsQuerySchema,
  parentListSchema,
  parentSchema,
  patternsQuerySchema,
  patternsSchema,
} from './patterns';
export type { Parent, ParentList, Patterns } from './patterns';
export {
  gateQuerySchema,
  gateSchema,
  incidentRatesQuerySchema,
  incidentRatesSchema,
  ratesQuerySchema,
  ratesSchema,
} from './rates';
export type { Gate, IncidentRates, Rates, ReleaseRate } from './rates';
export { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS, idParamsSchema, incidentNumberParamsSchema } from './common';
export {
  crashDetailSchema,
  crashPageSchema,
  crashReadingSchema,
  crashSummarySchema,
  listCrashesQuerySchema,
  transcriptDetailSchema,
  transcriptSummarySchema,
} from './crashes';
export type {
  CrashDetail,
  CrashPage,
  CrashReading,
  CrashSummary,
  ListCrashesQuery,
  TranscriptDetail,
  TranscriptSummary,
} from './crashes';
export { DELIVERY_STATES, deliveryListSchema, deliverySchema, listDeliveriesQuerySchema } from './deliveries';
export type { DeliveryView } from './deliveries';
export {
  INCIDENT_SORTS,
  LIST_TREND_DAYS,
  incidentDetailSchema,
  incidentListItemSchema,
  incidentPageSchema,
  listIncidentsQuerySchema,
  reopenIncidentBodySchema,
  resolveIncidentBodySchema,
} from './incidents';
export type {
  IncidentDetail,
  IncidentListItem,
  IncidentPage,
  IncidentSort,
  ListIncidentsQuery,
} from './incidents';
export {
  MAX_FIXES_ADDED,
  actBodySchema,
  addFixesBodySchema,
  addedFixesSchema,
  assignBodySchema,
  fixPageSchema,
  listFixesQuerySchema,
  muteBodySchema,
} from './life';
export type { FixView } from './life';
export { hostSchema } from './hosts';
export type { Host } from './hosts';
export { REBOOT_STATES, listRebootsQuerySchema, rebootPageSchema, rebootSchema } from './reboots';
export type { ListRebootsQuery, Reboot, RebootPage } from './reboots';
export {
  ledgerCheckQuerySchema,
  ledgerCheckSchema,
  ledgerHoursQuerySchema,
  ledgerHoursSchema,
  ledgerQuerySchema,
  ledgerSchema,
} from './ledger';
export type { Ledger, LedgerCheckAnswer, LedgerHours } from './ledger';
export {
  createTokenBodySchema,
  createdTokenSchema,
  tokenListSchema,
  tokenSchema,
  whoamiSchema,
} from './tokens';
export type { TokenView } from './tokens';
export {
  listTranscriptsQuerySchema,
  rawTranscriptsSchema,
  readRawTranscriptsBodySchema,
  transcriptPageSchema,
} from './transcripts';
export type {
  ListTranscriptsQuery,
  RawTranscripts,
  ReadingKeys,
  TranscriptKeys,
  TranscriptPage,
} from './transcripts';
export {
  createWebhookBodySchema,
  createdWebhookSchema,
  webhookEndpointListSchema,
  webhookEndpointSchema,
} from './webhooks';
export type { WebhookEndpointView } from './webhooks';
export {
  listReplaysQuerySchema,
  replayDiffSchema,
  replayListSchema,
  replaySchema,
  startReplayBodySchema,
} from './replays';
export type { ReplayDiffView, ReplayView } from './replays';
