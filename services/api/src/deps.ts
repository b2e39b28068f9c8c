import type {
  AuditLog,
  BlobStore,
  CensusStore,
  Clock,
  DecisionStore,
  DeliveryStore,
  HostStore,
  RateLimiter,
  RebootStore,
  EventLogAdmin,
  FixStore,
  IncidentActions,
  IncidentQueries,
  LedgerStore,
  PatternStore,
  LifeActions,
  ReplayStore,
  TokenStore,
} from '@oopstream/ports';
import type { LedgerReader } from './ledger-reader';
import type { Authenticator, Logger, Metrics } from '@oopstream/runtime';

/** What the API is built on. */
export interface ApiDeps {
  readonly authenticator: Authenticator;
  readonly census: CensusStore;
  readonly reboots: RebootStore;
  readonly hosts: HostStore;
  readonly limiter: RateLimiter;
  readonly queries: IncidentQueries;
  readonly patterns: PatternStore;
  readonly actions: IncidentActions;
  readonly decisions: DecisionStore;
  readonly life: LifeActions;
  readonly fixes: FixStore;
  readonly replays: ReplayStore;
  readonly deliveries: DeliveryStore;
  readonly tokens: TokenStore;
  readonly audit: AuditLog;
  readonly ledger: LedgerStore;
  readonly logAdmin: EventLogAdmin;
  /** Shared with whoever watches the ledger, so that the watermark moves on; one of its own when not given. */
  readonly ledgerReader?: LedgerReader;
  readonly blobs: BlobStore;
  /** Says why a webhook must not go to this address; `null` when it may. */
  readonly refuseWebhookUrl: (url: string) => Promise<string | null>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}
