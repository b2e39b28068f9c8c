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
export type { Problem, ProblemSlug } from './problem';
export { GROUPS, TOPICS } from './topics';
export { readingSchema, signatureSchema } from './reading';
export { storedReadingSchema, storedSignatureSchema } from './stored-reading';
export { encodeTranscriptFingerprinted, transcriptFingerprintedSchema } from './transcript-fingerprinted';
export type { FingerprintedToSend, SignedReading, TranscriptFingerprinted } from './transcript-fingerprinted';
export { decodeTranscriptReceived, encodeTranscriptReceived, hostKey } from './transcript-received';
export type { TranscriptReceived } from './transcript-received';
export { REJECT_REASONS, rejectedHeadersSchema } from './transcript-rejected';
export type { RejectReason } from './transcript-rejected';
export {
  DEFAULT_PAGE_ITEMS,
  DELIVERY_STATES,
  INCIDENT_SORTS,
  LIST_TREND_DAYS,
  MAX_PAGE_ITEMS,
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
  idParamsSchema,
  incidentDetailSchema,
  incidentNumberParamsSchema,
  incidentListItemSchema,
  incidentPageSchema,
  ledgerSchema,
  listCrashesQuerySchema,
  listDeliveriesQuerySchema,
  listIncidentsQuerySchema,
  listTranscriptsQuerySchema,
  rawTranscriptsSchema,
  readRawTranscriptsBodySchema,
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
} from './http';
export type {
  CrashDetail,
  CrashPage,
  CrashReading,
  CrashSummary,
  DeliveryView,
  IncidentDetail,
  IncidentListItem,
  IncidentPage,
  IncidentSort,
  Ledger,
  ListCrashesQuery,
  ListIncidentsQuery,
  ListTranscriptsQuery,
  RawTranscripts,
  ReadingKeys,
  TokenView,
  TranscriptDetail,
  TranscriptKeys,
  TranscriptPage,
  TranscriptSummary,
  WebhookEndpointView,
} from './http';
export { connectionSchema } from './connection';
export type { Connection } from './connection';
