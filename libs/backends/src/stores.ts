import {
  createAuditLog,
  createCensusStore,
  createDeliveryStore,
  createIdempotencyStore,
  createIncidentActions,
  createIncidentQueries,
  createIncidentStore,
  createLedgerStore,
  createOutboxStore,
  createRebootStore,
  createRetentionStore,
  createTokenStore,
  migrate,
} from '@oopstream/adapter-postgres';
import type {
  AuditLog,
  CensusStore,
  DeliveryStore,
  IdempotencyStore,
  IncidentActions,
  IncidentQueries,
  IncidentStore,
  LedgerStore,
  OutboxStore,
  RebootStore,
  RetentionStore,
  TokenStore,
} from '@oopstream/ports';
import type { Postgres } from './postgres';

/** Everything that is kept in the incident store's database. */
export interface Stores {
  readonly incidents: IncidentStore;
  readonly queries: IncidentQueries;
  readonly actions: IncidentActions;
  readonly outbox: OutboxStore;
  readonly retention: RetentionStore;
  readonly census: CensusStore;
  readonly reboots: RebootStore;
  readonly deliveries: DeliveryStore;
  readonly ledger: LedgerStore;
  readonly tokens: TokenStore;
  readonly idempotency: IdempotencyStore;
  readonly audit: AuditLog;
  /** Brings the schema up to this version. @returns names of the migrations that were applied; a second run applies none */
  migrate(): Promise<readonly string[]>;
}

/** @throws ConfigError when no address was given */
export function openStores(postgres: Postgres): Stores {
  const pool = postgres.pool();
  return {
    incidents: createIncidentStore(pool),
    queries: createIncidentQueries(pool),
    actions: createIncidentActions(pool),
    outbox: createOutboxStore(pool),
    retention: createRetentionStore(pool),
    census: createCensusStore(pool),
    reboots: createRebootStore(pool),
    deliveries: createDeliveryStore(pool),
    ledger: createLedgerStore(pool),
    tokens: createTokenStore(pool),
    idempotency: createIdempotencyStore(pool),
    audit: createAuditLog(pool),
    migrate: () => migrate(pool),
  };
}
