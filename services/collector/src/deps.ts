import type { BlobStore, Clock, EventLogWriter, IdempotencyStore, RateLimiter } from '@oopstream/ports';
import type { Authenticator, Logger, Metrics } from '@oopstream/runtime';
import type { CollectorConfig } from './config';

/** What the collector is built on. */
export interface CollectorDeps {
  readonly config: CollectorConfig;
  readonly authenticator: Authenticator;
  readonly idempotency: IdempotencyStore;
  readonly limiter: RateLimiter;
  readonly blobs: BlobStore;
  readonly log: EventLogWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
