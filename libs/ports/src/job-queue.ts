/** Background jobs, at least once. Adapters: BullMQ on Redis (fleet), BullMQ on PostgreSQL (embedded), memory (tests). */
export interface NewJob<Payload> {
  /** Enqueuing an id that is waiting, delayed, running or just completed is a no-op. No ':' and not an integer. */
  readonly id: string;
  /** JSON; comes back as `JSON.parse(JSON.stringify(payload))`. */
  readonly payload: Payload;
  /** Milliseconds from now; 0 runs at once. */
  readonly delayMs: number;
}

export interface JobQueue<Payload> {
  /**
   * Of jobs that share an id, within a call and over calls, one is kept until it completes and a while longer
   * (`keepCompletedMs` of the adapter); then the id is free again.
   * @throws RetryableError `jobs-unavailable` when the jobs may or may not be queued
   * @throws FatalError `job-id-invalid` when nothing of the call was queued
   */
  enqueue(jobs: readonly NewJob<Payload>[]): Promise<void>;
  /** Waiting, delayed and running jobs. @throws RetryableError `jobs-unavailable` */
  depth(): Promise<{ readonly waiting: number; readonly delayed: number; readonly active: number }>;
  close(): Promise<void>;
}

/** What a job's run came to: finished, or to be run again as the same id after a delay that the handler chose. */
export type JobResult = { readonly done: true } | { readonly retryAfterMs: number };

export interface JobWorkerOptions<Payload> {
  /** Jobs run at once by this worker. */
  readonly concurrency: number;
  /**
   * A throw is logged and counts as a retry after the adapter's back-off; handlers return delays they mean. No number
   * of retries makes a job give up: that is the handler's to say, with `done`.
   * @param signal aborted when the queue no longer counts this run as the job's owner: it may be running elsewhere too
   */
  readonly onJob: (
    job: { readonly id: string; readonly payload: Payload },
    signal: AbortSignal,
  ) => Promise<JobResult>;
}

export interface JobWorker {
  /** `recovering` after an error of the backing server, until the next job or successful look at the queue. */
  health(): { readonly state: 'running' | 'recovering' | 'closed'; readonly lastProgressAtMs: number | null };
  /** Takes no new job, waits for running ones, then lets go of its connections. Safe to call twice. */
  close(): Promise<void>;
}

export interface JobSource<Payload> {
  /** @throws RetryableError `jobs-unavailable` when the backing server can't be reached */
  work(options: JobWorkerOptions<Payload>): Promise<JobWorker>;
}

/** @returns whether an id may name a job: the rule of the strictest adapter, so that no adapter is stricter. */
export function isJobId(id: string): boolean {
  return id.length > 0 && id.length <= 200 && !id.includes(':') && !/^-?\d+$/.test(id);
}
