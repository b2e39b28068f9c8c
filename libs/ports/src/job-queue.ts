/** Background jobs, at least once. Adapters: BullMQ on Redis (fleet), BullMQ on PostgreSQL (embedded), memory (tests). */
export interface NewJob<Payload> {
  /** Enqueuing an id that is waiting, delayed, running or just completed is a no-op. No ':' and not an integer. */
  readonly id: string;
  readonly payload: Payload;
  /** Milliseconds from now; 0 runs at once. */
  readonly delayMs: number;
}

export interface JobQueue<Payload> {
  /** @throws RetryableError `jobs-unavailable` */
  enqueue(jobs: readonly NewJob<Payload>[]): Promise<void>;
  /** Waiting, delayed and running jobs. */
  depth(): Promise<{ readonly waiting: number; readonly delayed: number; readonly active: number }>;
  close(): Promise<void>;
}

/** What a job's run came to: finished, or to be run again as the same id after a delay that the handler chose. */
export type JobResult = { readonly done: true } | { readonly retryAfterMs: number };

export interface JobWorkerOptions<Payload> {
  /** Jobs run at once by this worker. */
  readonly concurrency: number;
  /** A throw is logged and counts as a retry after the adapter's back-off; handlers return delays they mean. */
  readonly onJob: (
    job: { readonly id: string; readonly payload: Payload },
    signal: AbortSignal,
  ) => Promise<JobResult>;
}

export interface JobWorker {
  health(): { readonly state: 'running' | 'recovering' | 'closed'; readonly lastProgressAtMs: number | null };
  /** Waits for running jobs, then stops. */
  close(): Promise<void>;
}

export interface JobSource<Payload> {
  work(options: JobWorkerOptions<Payload>): Promise<JobWorker>;
}
