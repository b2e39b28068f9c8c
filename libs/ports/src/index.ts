export type { BlobStore } from './blob-store';
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
export type { JobQueue, JobResult, JobSource, JobWorker, JobWorkerOptions, NewJob } from './job-queue';
export type { RateDecision, RateLimit, RateLimiter } from './rate-limiter';
export { FatalError, RetryableError } from './errors';
export type {
  Delivery,
  DeliveryAttempt,
  DeliveryState,
  DeliveryStore,
  OutboxDelivery,
  WebhookEndpoint,
} from './delivery-store';
export type { LedgerCounts, LedgerStore } from './ledger-store';
export { TOKEN_SCOPES } from './token-store';
export type { IdempotencyStore, NewToken, TokenGrant, TokenScope, TokenStore } from './token-store';
