import type { AlertJob } from '@oopstream/contracts';
import type { Algorithms } from '@oopstream/core-signature';
import type {
  AlgorithmStore,
  BlobStore,
  CensusStore,
  Clock,
  DeliveryStore,
  EventLogReader,
  EventLogWriter,
  FrameModelStore,
  IncidentStore,
  JobQueue,
  LedgerPatrol,
  LifeStore,
  OutboxStore,
  RebootStore,
  ReplayEngine,
  RetentionStore,
} from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import type { DedupConfig } from './config';

export interface DedupDeps {
  readonly config: DedupConfig;
  readonly reader: EventLogReader;
  readonly writer: EventLogWriter;
  readonly stores: {
    readonly incidents: IncidentStore;
    readonly outbox: OutboxStore;
    readonly replayEngine: ReplayEngine;
    readonly algorithmVersions: AlgorithmStore;
    readonly retention: RetentionStore;
    readonly ledgerPatrol: LedgerPatrol;
    readonly lifeStore: LifeStore;
    readonly frameModels: FrameModelStore;
    readonly census: Pick<CensusStore, 'forgetEnds'>;
    readonly reboots: Pick<RebootStore, 'settle' | 'forget'>;
    readonly deliveries: Pick<DeliveryStore, 'markEnqueued'>;
  };
  readonly jobs: JobQueue<AlertJob>;
  /** Where bodies lie that nobody keeps any more. */
  readonly blobs: Pick<BlobStore, 'deleteUntouched' | 'get'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Ways to sign readings; default those of this release. */
  readonly algorithms?: Algorithms;
  /** A new UUID at each call; default version 7, so that ids follow time. */
  readonly newId?: () => string;
}
