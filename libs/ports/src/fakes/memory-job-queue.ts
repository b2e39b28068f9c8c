import { FatalError } from '../errors';
import { isJobId } from '../job-queue';
import type { JobQueue, JobSource, JobWorker, JobWorkerOptions, NewJob } from '../job-queue';

interface MemoryJob<Payload> {
  readonly id: string;
  readonly payload: Payload;
  state: 'waiting' | 'delayed' | 'active' | 'completed';
  timer: NodeJS.Timeout | null;
}

export interface MemoryJobQueueOptions {
  /** How long the id of a completed job stays taken. */
  readonly keepCompletedMs: number;
  /** Delay after a run that threw. */
  readonly backOffMs: number;
}

/** {@link JobQueue} and {@link JobSource} within one process, for tests: gone with it. Timers do not keep it alive. */
export class MemoryJobQueue<Payload> implements JobQueue<Payload>, JobSource<Payload> {
  private readonly jobs = new Map<string, MemoryJob<Payload>>();
  private readonly waiting: MemoryJob<Payload>[] = [];
  private readonly workers = new Set<MemoryJobWorker<Payload>>();

  constructor(private readonly options: MemoryJobQueueOptions = { keepCompletedMs: 60_000, backOffMs: 20 }) {}

  enqueue(jobs: readonly NewJob<Payload>[]): Promise<void> {
    for (const { id } of jobs)
      if (!isJobId(id))
        return Promise.reject(new FatalError('job-id-invalid', `not a job id: ${JSON.stringify(id)}`));
    for (const { id, payload, delayMs } of jobs) {
      if (this.jobs.has(id)) continue;
      const job: MemoryJob<Payload> = {
        id,
        payload: JSON.parse(JSON.stringify(payload)) as Payload,
        state: 'waiting',
        timer: null,
      };
      this.jobs.set(id, job);
      this.schedule(job, delayMs);
    }
    return Promise.resolve();
  }

  depth(): Promise<{ waiting: number; delayed: number; active: number }> {
    const count = (state: MemoryJob<Payload>['state']) =>
      [...this.jobs.values()].filter((job) => job.state === state).length;
    return Promise.resolve({
      waiting: count('waiting'),
      delayed: count('delayed'),
      active: count('active'),
    });
  }

  work(options: JobWorkerOptions<Payload>): Promise<JobWorker> {
    const worker = new MemoryJobWorker(options, {
      take: () => this.take(),
      finish: (job) => this.finish(job),
      again: (job, delayMs) => this.schedule(job, delayMs),
      leave: () => this.workers.delete(worker),
      backOffMs: this.options.backOffMs,
    });
    this.workers.add(worker);
    worker.wake();
    return Promise.resolve(worker);
  }

  /** Takes a job as a worker does that then dies; gives it to another one at once, as a real queue does in time. */
  takeAndDie(): void {
    const job = this.take();
    if (job) this.schedule(job, 0);
  }

  close(): Promise<void> {
    for (const job of this.jobs.values()) if (job.timer) clearTimeout(job.timer);
    return Promise.resolve();
  }

  private take(): MemoryJob<Payload> | null {
    const job = this.waiting.shift() ?? null;
    if (job) job.state = 'active';
    return job;
  }

  private schedule(job: MemoryJob<Payload>, delayMs: number): void {
    if (delayMs > 0) {
      job.state = 'delayed';
      job.timer = setTimeout(() => this.schedule(job, 0), delayMs).unref();
      return;
    }
    job.state = 'waiting';
    job.timer = null;
    this.waiting.push(job);
    for (const worker of this.workers) worker.wake();
  }

  private finish(job: MemoryJob<Payload>): void {
    job.state = 'completed';
    job.timer = setTimeout(() => this.jobs.delete(job.id), this.options.keepCompletedMs).unref();
  }
}

interface Hold<Payload> {
  take(): MemoryJob<Payload> | null;
  finish(job: MemoryJob<Payload>): void;
  again(job: MemoryJob<Payload>, delayMs: number): void;
  leave(): void;
  readonly backOffMs: number;
}

class MemoryJobWorker<Payload> implements JobWorker {
  private readonly running = new Set<Promise<void>>();
  private closed = false;
  private lastProgressAtMs: number | null = null;

  constructor(
    private readonly options: JobWorkerOptions<Payload>,
    private readonly hold: Hold<Payload>,
  ) {}

  wake(): void {
    while (!this.closed && this.running.size < this.options.concurrency) {
      const job = this.hold.take();
      if (!job) return;
      const run = this.run(job).finally(() => {
        this.running.delete(run);
        this.wake();
      });
      this.running.add(run);
    }
  }

  health() {
    return {
      state: this.closed ? ('closed' as const) : ('running' as const),
      lastProgressAtMs: this.lastProgressAtMs,
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.hold.leave();
    await Promise.all(this.running);
  }

  private async run(job: MemoryJob<Payload>): Promise<void> {
    let delayMs: number | null;
    try {
      const { id, payload } = job;
      const result = await this.options.onJob({ id, payload }, new AbortController().signal);
      delayMs = 'done' in result ? null : result.retryAfterMs;
    } catch {
      delayMs = this.hold.backOffMs; // what the handler threw is its test's to see, by the second run
    }
    if (delayMs === null) this.hold.finish(job);
    else this.hold.again(job, delayMs);
    this.lastProgressAtMs = Date.now();
  }
}
