import { alertJob } from '@oopstream/contracts';
import { RetryableError } from '@oopstream/ports';
import type { AlertWorkerDeps } from './deps';

/** Enqueues again what the job queue lost: the store, not the queue, knows which deliveries are open. */
export interface Sweeper {
  /** What went wrong at the last look; `null` when nothing did. */
  readonly lastError: () => string | null;
  /** Rejects on an error that looking again cannot heal. */
  readonly failed: Promise<never>;
  /** Lets a running look finish. */
  stop(): Promise<void>;
}

export function startSweeper(deps: AlertWorkerDeps): Sweeper {
  let lastError: string | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined); // whoever runs the service waits for it too; without one it is still no crash

  const look = async () => {
    try {
      let swept = deps.config.sweepBatch;
      while (swept === deps.config.sweepBatch && !stopped) swept = await sweepOnce(deps);
      lastError = null;
    } catch (error) {
      if (!(error instanceof RetryableError)) {
        fail(error);
        return;
      }
      lastError = `${error.reason}: ${error.message}`;
      deps.logger.warn({ err: error }, 'sweeper could not look; it will again');
    }
    if (!stopped) timer = setTimeout(start, deps.config.sweepIntervalMs);
  };
  const start = () => {
    looking = look();
  };
  start();
  return {
    lastError: () => lastError,
    failed,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** @returns how many deliveries were enqueued again */
export async function sweepOnce(deps: AlertWorkerDeps): Promise<number> {
  const { config, clock, deliveries, queue, metrics, logger } = deps;
  const nowMs = clock.nowMs();
  const overdue = await deliveries.findOverdue(nowMs, config.sweepAgeMs, config.sweepBatch);
  if (overdue.length === 0) return 0;
  await queue.enqueue(overdue.map((one) => ({ ...alertJob(one), delayMs: 0 })));
  await deliveries.markEnqueued(
    overdue.map(({ id }) => id),
    nowMs,
  );
  metrics.count('oopstream_deliveries_swept', overdue.length, {});
  logger.warn({ deliveries: overdue.length }, 'enqueued overdue deliveries again');
  return overdue.length;
}
