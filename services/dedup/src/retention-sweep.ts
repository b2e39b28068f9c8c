import { repeatWork } from '@oopstream/runtime';
import type { RepeatedWork } from '@oopstream/runtime';
import { retentionMs } from './config';
import type { DedupDeps } from './deps';

/** Their rows stay locked while the store deletes them. */
const BODIES_AT_ONCE = 100;

type SweepDeps = Pick<DedupDeps, 'config' | 'logger' | 'metrics' | 'clock' | 'blobs'> & {
  readonly stores: Pick<DedupDeps['stores'], 'retention'>;
};

/** Lets go of what is older than retention allows, from time to time. Being late with it makes nothing wrong. */
export function startRetentionSweep(deps: SweepDeps): RepeatedWork {
  return repeatWork({
    intervalMs: deps.config.retentionSweepMs,
    work: (isStopped) => sweepRetention(deps, isStopped),
    onTrouble: (error) =>
      deps.logger.warn({ err: error }, 'retention could not let go of what is old; it will again'),
  });
}

/**
 * Deletes bodies that no transcript keeps any more: of storms, and of what retention let go of. Some time later than that,
 * since another copy of the same bytes may be under way; not at all while they were put again lately. @returns how many
 */
async function sweepBodies(
  { config, clock, blobs, stores }: SweepDeps,
  isStopped: () => boolean,
): Promise<number> {
  let bodies = 0;
  for (let isMore = true; isMore && !isStopped();) {
    const nowMs = clock.nowMs();
    const beforeMs = nowMs - config.bodyGraceMs;
    const sweep = { beforeMs, nowMs, limit: BODIES_AT_ONCE };
    const { looked, gone } = await stores.retention.dropBodies(sweep, (key) =>
      blobs.deleteUntouched(key, beforeMs),
    );
    bodies += gone;
    isMore = looked === BODIES_AT_ONCE;
  }
  return bodies;
}

/** One sweep, in small transactions; none of it where another process is at it. */
export async function sweepRetention(deps: SweepDeps, isStopped: () => boolean = () => false): Promise<void> {
  const { config, clock, logger, metrics } = deps;
  const { retention } = deps.stores;
  const dropped = await retention.dropMonths(clock.nowMs() - retentionMs(config));
  if (dropped === null) return;
  const sums = {
    months: dropped.droppedMonths,
    receipts: 0,
    claims: 0,
    deliveries: 0,
    transcripts: 0,
    bodies: 0,
  };
  for (let isMore = true; isMore && !isStopped();) {
    const rows = await retention.forget(config.retentionBatchRows);
    if (rows === null) break;
    for (const kind of ['receipts', 'claims', 'deliveries', 'transcripts'] as const) sums[kind] += rows[kind];
    isMore = Object.values(rows).includes(config.retentionBatchRows);
  }
  sums.bodies = await sweepBodies(deps, isStopped);
  const gone = Object.entries(sums).filter(([, count]) => count > 0);
  if (gone.length === 0) return;
  for (const [kind, count] of gone) metrics.count('oopstream_retention_rows', count, { kind });
  logger.info({ ...sums, floor: new Date(dropped.floorMs).toISOString() }, 'retention let go of what is old');
}
