import type { AlertJob } from '@oopstream/contracts';
import type { Clock, DeliveryStore, JobQueue, JobSource, WebhookSender } from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import type { AlertConfig } from './config';

export interface AlertWorkerDeps {
  readonly config: AlertConfig;
  readonly deliveries: DeliveryStore;
  readonly queue: JobQueue<AlertJob>;
  readonly source: JobSource<AlertJob>;
  readonly sender: WebhookSender;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Chance for jitter, 0 to 1; default `Math.random`. */
  readonly random?: () => number;
}
