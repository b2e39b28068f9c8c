import type { JobResult, JobWorker, JobWorkerOptions } from '@oopstream/ports';
import { DelayedError } from 'bullmq';
import type { IQueueBackend, Job, JobProgress, Processor, Worker } from 'bullmq';
import { within } from './deadline';
import type { JobBench, JobDeps, JobData } from './job-bench';
import { watchServer } from './server-watch';
import type { ServerWatch } from './server-watch';

/** A job whose worker died comes back however often: only its handler ends it. Fits PostgreSQL's integer. */
const STALLS_FOR_EVER = 1_000_000_000;
const FETCH_RETRY_MS = 1_000;

export async function startBullWorker<Payload, B extends IQueueBackend, C>(
  bench: JobBench<B, C>,
  name: string,
  options: JobWorkerOptions<Payload>,
): Promise<JobWorker> {
  const { config, logger } = bench;
  const runs = createRuns(options, bench);
  const { connection, gone } = bench.connect('work');
  const worker = new bench.classes.Worker<JobData<Payload>, void>(name, runs.run, {
    connection,
    prefix: config.prefix,
    concurrency: options.concurrency,
    lockDuration: config.lockMs,
    stalledInterval: config.stalledCheckMs,
    maxStalledCount: STALLS_FOR_EVER,
    runRetryDelay: FETCH_RETRY_MS,
  });
  let recovering = false;
  const probe = () => worker.getBackend().getCounts(['active']);
  const watch = watchServer({
    probe,
    onChange: (lost, error) => {
      recovering = lost;
      if (lost) logger.warn({ err: error, queue: name }, 'job worker lost its server');
      else logger.info({ queue: name }, 'job worker found its server again');
    },
  });
  listen(worker, name, watch, bench);
  try {
    await within(config.timeoutMs, `starting a worker of ${name}`, () => worker.waitUntilReady());
  } catch (error) {
    await worker.close(true);
    throw error;
  }
  let closing: Promise<void> | null = null;
  const close = async () => {
    watch.stop();
    await worker.pause(true);
    await runs.settled();
    // Without a server BullMQ's orderly close never ends; what the worker holds there then runs out by itself.
    const reachable = await within(config.timeoutMs, `closing a worker of ${name}`, probe).then(
      () => true,
      () => false,
    );
    await worker.close(!reachable);
    if (reachable)
      await within(config.timeoutMs, `leaving the server of ${name}`, gone).catch((error: unknown) =>
        logger.warn({ err: error, queue: name }, 'job worker leaves its connections'),
      );
  };
  return {
    health: () => ({
      state: closing !== null ? 'closed' : recovering ? 'recovering' : 'running',
      lastProgressAtMs: runs.lastProgressAtMs(),
    }),
    close: () => (closing ??= close()),
  };
}

/** Turns a handler into BullMQ's processor, and knows what is running. */
function createRuns<Payload>(options: JobWorkerOptions<Payload>, { clock }: JobDeps) {
  let lastProgressAtMs: number | null = null;
  const running = new Set<Promise<JobResult>>();
  const run = async (
    job: Job<JobData<Payload>, void>,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ) => {
    const handled = options.onJob(
      { id: job.id!, payload: job.data.payload },
      signal ?? new AbortController().signal,
    );
    running.add(handled);
    const result = await handled.finally(() => running.delete(handled));
    lastProgressAtMs = clock.nowMs();
    if ('done' in result) return;
    // One step at the server, active to delayed: a crash before it brings the job back when its lock runs out.
    await job.moveToDelayed(clock.nowMs() + Math.max(0, Math.ceil(result.retryAfterMs)), token);
    throw new DelayedError();
  };
  return {
    run: run satisfies Processor<JobData<Payload>, void>,
    lastProgressAtMs: () => lastProgressAtMs,
    settled: () => Promise.allSettled(running),
  };
}

function listen<Data, B extends IQueueBackend, C>(
  worker: Pick<Worker<Data, void, string, B, JobProgress, C>, 'on' | 'cancelJob'>,
  name: string,
  watch: ServerWatch,
  { logger }: JobDeps,
): void {
  worker.on('error', (error) => watch.lost(error));
  worker.on('failed', (job, error) =>
    logger.error({ err: error, queue: name, job: job?.id }, 'job threw: it runs again after the back-off'),
  );
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'lock lost');
  });
}
