import { RetryableError } from '@oopstream/ports';
import { retentionMs } from './config';
import type { DedupDeps } from './deps';

/** Lets go of what is older than retention allows, from time to time. Being late with it makes nothing wrong. */
export interface RetentionSweep {
  /** What went wrong at the last look; `null` when nothing did. */
  lastError(): string | null;
  /** Rejects on an error that looking again cannot heal. */
  readonly failed: Promise<never>;
  /** Lets a running step finish. */
  stop(): Promise<void>;
}

type SweepDeps = Pick<DedupDeps, 'config' | 'logger' | 'metrics' | 'clock'> & {
  readonly stores: Pick<DedupDeps['stores'], 'retention'>;
};

export function startRetentionSweep(deps: SweepDeps): RetentionSweep {
  let lastError: string | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined); // whoever runs the service waits for it too; without one it is still no crash

  const look = async (): Promise<void> => {
    try {
      await sweepRetention(deps, () => stopped);
      lastError = null;
    } catch (error) {
      if (!(error instanceof RetryableError)) {
        fail(error);
        return;
      }
      lastError = `${error.reason}: ${error.message}`;
      deps.logger.warn({ err: error }, 'retention could not let go of what is old; it will again');
    }
    if (!stopped) timer = setTimeout(start, deps.config.retentionSweepMs);
  };
  const start = (): void => {
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

/** One sweep, in small transactions; none of it where another process is at it. */
export async function sweepRetention(deps: SweepDeps, isStopped: () => boolean = () => false): Promise<void> {
  const { config, clock, logger, metrics } = deps;
  const { retention } = deps.stores;
  const dropped = await retention.dropMonths(clock.nowMs() - retentionMs(config));
  if (dropped === null) return;
  const sums = { months: dropped.droppedMonths, receipts: 0, claims: 0, deliveries: 0 };
  for (let isMore = true; isMore && !isStopped();) {
    const rows = await retention.forget(config.retentionBatchRows);
    if (rows === null) break;
    for (const kind of ['receipts', 'claims', 'deliveries'] as const) sums[kind] += rows[kind];
    isMore = Object.values(rows).includes(config.retentionBatchRows);
  }
  const gone = Object.entries(sums).filter(([, count]) => count > 0);
  if (gone.length === 0) return;
  for (const [kind, count] of gone) metrics.count('oopstream_retention_rows', count, { kind });
  logger.info({ ...sums, floor: new Date(dropped.floorMs).toISOString() }, 'retention let go of what is old');
}
