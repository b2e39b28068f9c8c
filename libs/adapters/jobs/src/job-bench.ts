import type { Clock, JobQueue, JobSource } from '@oopstream/ports';
import type { Logger } from '@oopstream/runtime';
import type { BackendClasses, IQueueBackend } from 'bullmq';
import { openBullQueue } from './bull-job-queue';
import { startBullWorker } from './bull-job-worker';
import type { JobsConfig } from './config';

/** What both backends need besides an address. */
export interface JobDeps {
  readonly config: JobsConfig;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** BullMQ bound to one kind of server. */
export interface JobBench<B extends IQueueBackend, C> extends JobDeps {
  readonly classes: BackendClasses<B, C>;
  /** Settings of the connections of one queue or one worker, and when those are gone after it was closed. */
  readonly connect: (use: 'enqueue' | 'work') => {
    readonly connection: C;
    readonly gone: () => Promise<void>;
  };
}

/** What BullMQ stores as a job's data. */
export interface JobData<Payload> {
  readonly payload: Payload;
}

/** Named queues on one server; each queue and each worker has connections of its own and gives them back when closed. */
export interface Jobs {
  /** @throws RetryableError `jobs-unavailable` when the server can't be reached */
  openQueue<Payload>(name: string): Promise<JobQueue<Payload>>;
  source<Payload>(name: string): JobSource<Payload>;
}

export function createJobs<B extends IQueueBackend, C>(bench: JobBench<B, C>): Jobs {
  return {
    openQueue: (name) => openBullQueue(bench, name),
    source: (name) => ({ work: (options) => startBullWorker(bench, name, options) }),
  };
}
