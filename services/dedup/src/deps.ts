import type { AlertJob } from '@oopstream/contracts';
import type {
  BlobStore,
  CensusStore,
  Clock,
  DeliveryStore,
  EventLogReader,
  EventLogWriter,
  FrameModelStore,
  IncidentStore,
  JobQueue,
  LifeStore,
  OutboxStore,
  RebootStore,
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
    readonly retention: RetentionStore;
    readonly lifeStore: LifeStore;
    readonly frameModels: FrameModelStore;
    readonly census: Pick<CensusStore, 'forgetEnds'>;
    readonly reboots: Pick<RebootStore, 'settle' | 'forget'>;
    readonly deliveries: Pick<DeliveryStore, 'markEnqueued'>;
  };
  readonly jobs: JobQueue<AlertJob>;
  /** Where bodies lie that nobody keeps any more. */
  readonly blobs: Pick<BlobStore, 'delete'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** A new UUID at each call; default version 7, so that ids follow time. */
  readonly newId?: () => string;
}
