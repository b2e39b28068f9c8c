import {
  createAuditLog,
  createCensusStore,
  createDecisionStore,
  createDeliveryStore,
  createHostStore,
  createIdempotencyStore,
  createFixStore,
  createFrameModelStore,
  createIncidentActions,
  createIncidentQueries,
  createIncidentStore,
  createLedgerPatrol,
  createLedgerStore,
  createLifeActions,
  createLifeStore,
  createOutboxStore,
  createPatternStore,
  createRebootStore,
  createRetentionStore,
  createAlgorithmStore,
  createReplayEngine,
  createReplayStore,
  createTokenStore,
  migrate,
} from '@oopstream/adapter-postgres';
import type {
  AlgorithmStore,
  AuditLog,
  CensusStore,
  DecisionStore,
  DeliveryStore,
  HostStore,
  IdempotencyStore,
  FixStore,
  FrameModelStore,
  IncidentActions,
  IncidentQueries,
  IncidentStore,
  LedgerPatrol,
  LedgerStore,
  LifeActions,
  LifeStore,
  OutboxStore,
  PatternStore,
  RebootStore,
  ReplayEngine,
  ReplayStore,
  RetentionStore,
  TokenStore,
} from '@oopstream/ports';
import type { Postgres } from './postgres';

/** Everything that is kept in the incident store's database. */
export interface Stores {
  readonly incidents: IncidentStore;
  readonly queries: IncidentQueries;
  readonly actions: IncidentActions;
  readonly decisions: DecisionStore;
  readonly life: LifeActions;
  readonly lifeStore: LifeStore;
  readonly fixes: FixStore;
  readonly frameModels: FrameModelStore;
  readonly outbox: OutboxStore;
  readonly retention: RetentionStore;
  readonly replays: ReplayStore;
  readonly replayEngine: ReplayEngine;
  readonly algorithmVersions: AlgorithmStore;
  readonly census: CensusStore;
  readonly hosts: HostStore;
  readonly reboots: RebootStore;
  readonly patterns: PatternStore;
  readonly deliveries: DeliveryStore;
  readonly ledger: LedgerStore;
  readonly ledgerPatrol: LedgerPatrol;
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
    decisions: createDecisionStore(pool),
    life: createLifeActions(pool),
    lifeStore: createLifeStore(pool),
    fixes: createFixStore(pool),
    frameModels: createFrameModelStore(pool),
    outbox: createOutboxStore(pool),
    retention: createRetentionStore(pool),
    replays: createReplayStore(pool),
    replayEngine: createReplayEngine(pool),
    algorithmVersions: createAlgorithmStore(pool),
    census: createCensusStore(pool),
    hosts: createHostStore(pool),
    reboots: createRebootStore(pool),
    patterns: createPatternStore(pool),
    deliveries: createDeliveryStore(pool),
    ledger: createLedgerStore(pool),
    ledgerPatrol: createLedgerPatrol(pool),
    tokens: createTokenStore(pool),
    idempotency: createIdempotencyStore(pool),
    audit: createAuditLog(pool),
    migrate: () => migrate(pool),
  };
}
