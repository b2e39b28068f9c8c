import type { JobResult, JobWorker, JobWorkerOptions } from '@oopstream/ports';
import { DelayedError } from 'bullmq';
import type { IQueueBackend, Job } from 'bullmq';
import { within } from './deadline';
import type { JobBench, JobData } from './job-bench';

/** A job whose worker died comes back however often: only its handler ends it. Fits PostgreSQL's integer. */
const STALLS_FOR_EVER = 1_000_000_000;
const PROBE_MS = 1_000;

export async function startBullWorker<Payload, B extends IQueueBackend, C>(
  bench: JobBench<B, C>,
  name: string,
  options: JobWorkerOptions<Payload>,
): Promise<JobWorker> {
  const { config, logger, clock } = bench;
  let lastProgressAtMs: number | null = null;
  let recovering = false;
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
  const worker = new bench.classes.Worker<JobData<Payload>, void>(name, run, {
    connection: bench.workConnection,
    prefix: config.prefix,
    concurrency: options.concurrency,
    lockDuration: config.lockMs,
    stalledInterval: config.stalledCheckMs,
    maxStalledCount: STALLS_FOR_EVER,
    runRetryDelay: PROBE_MS,
  });

  const probe = () => worker.getBackend().getCounts(['active']);
  const watch = watchServer({
    probe,
    onChange: (lost, error) => {
      recovering = lost;
      if (lost) logger.warn({ err: error, queue: name }, 'job worker lost its server');
      else logger.info({ queue: name }, 'job worker found its server again');
    },
  });
  worker.on('error', (error) => watch.lost(error));
  worker.on('failed', (job, error) =>
    logger.error({ err: error, queue: name, job: job?.id }, 'job threw: it runs again after the back-off'),
  );
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'lock lost');
  });

  let closing: Promise<void> | null = null;
  const close = async () => {
    watch.stop();
    await worker.pause(true);
    await Promise.allSettled(running);
    // Without a server BullMQ's orderly close never ends; what the worker holds there then runs out by itself.
    const reachable = await within(config.timeoutMs, `closing a worker of ${name}`, probe).then(
      () => true,
      () => false,
    );
    await worker.close(!reachable);
  };
  try {
    await within(config.timeoutMs, `starting a worker of ${name}`, () => worker.waitUntilReady());
  } catch (error) {
    await worker.close(true);
    throw error;
  }
  return {
    health: () => ({
      state: closing !== null ? 'closed' : recovering ? 'recovering' : 'running',
      lastProgressAtMs,
    }),
    close: () => (closing ??= close()),
  };
}

/** From the first error on asks the server each second whether it is there again. */
function watchServer(options: {
  readonly probe: () => Promise<unknown>;
  readonly onChange: (lost: boolean, error?: Error) => void;
}) {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const look = () => {
    options.probe().then(
      () => {
        timer = null;
        if (!stopped) options.onChange(false);
      },
      () => {
        timer = stopped ? null : setTimeout(look, PROBE_MS).unref();
      },
    );
  };
  return {
    lost(error: Error) {
      if (stopped || timer !== null) return;
      options.onChange(true, error);
      timer = setTimeout(look, PROBE_MS).unref();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
