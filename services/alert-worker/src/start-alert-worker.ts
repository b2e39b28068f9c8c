import type { RunningService } from '@oopstream/runtime';
import type { AlertWorkerDeps } from './deps';
import { runDelivery } from './run-delivery';
import { startSweeper } from './sweeper';

/**
 * Delivers webhooks and sweeps up what the queue lost. Stopping finishes the attempts under way; queue, store and sender
 * stay the caller's to close.
 * @throws RetryableError `jobs-unavailable` when the job queue can't be reached
 */
export async function startAlertWorker(deps: AlertWorkerDeps): Promise<RunningService> {
  const worker = await deps.source.work({
    concurrency: deps.config.concurrency,
    onJob: ({ payload }) => runDelivery(deps, payload),
  });
  const sweeper = startSweeper(deps);
  return {
    name: 'alert-worker',
    health: () => {
      const { state, lastProgressAtMs } = worker.health();
      const sweepError = sweeper.lastError();
      const last = lastProgressAtMs === null ? 'none yet' : new Date(lastProgressAtMs).toISOString();
      return {
        ready: state === 'running' && sweepError === null,
        checks: {
          jobs: { ok: state === 'running', detail: `${state}, last job ${last}` },
          sweeper: { ok: sweepError === null, detail: sweepError ?? 'ok' },
        },
      };
    },
    failed: sweeper.failed,
    async stop() {
      await sweeper.stop();
      await worker.close();
    },
  };
}
