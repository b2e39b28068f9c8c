import { alertJob } from '@oopstream/contracts';
import { repeatWork } from '@oopstream/runtime';
import type { RepeatedWork } from '@oopstream/runtime';
import type { AlertWorkerDeps } from './deps';

/** Enqueues again what the job queue lost: the store, not the queue, knows which deliveries are open. */
export function startSweeper(deps: AlertWorkerDeps): RepeatedWork {
  const { sweepBatch, sweepIntervalMs } = deps.config;
  return repeatWork({
    intervalMs: sweepIntervalMs,
    work: async (isStopped) => {
      let swept = sweepBatch;
      while (swept === sweepBatch && !isStopped()) swept = await sweepOnce(deps);
    },
    onTrouble: (error) => deps.logger.warn({ err: error }, 'sweeper could not look; it will again'),
  });
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
