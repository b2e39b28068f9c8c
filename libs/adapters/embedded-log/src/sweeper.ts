import type { PostgresPool } from '@oopstream/adapter-postgres';
import type { Clock } from '@oopstream/ports';
import type { Logger } from '@oopstream/runtime';
import type { EmbeddedLogConfig } from './embedded-log-config';
import { toLogError } from './log-error';
import type { LogTables, Topic } from './log-tables';

export interface SweepReport {
  /** Records looked at that were too old, and are gone. */
  readonly expired: number;
  /** Records of compacted topics looked at; of each key the latest is left. */
  readonly compacted: number;
}

export interface SweeperDeps {
  readonly pool: PostgresPool;
  readonly tables: LogTables;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Lets go of what retention allows, in small transactions. */
export interface Sweeper {
  /** Everything there is to sweep now. */
  sweep(): Promise<SweepReport>;
  close(): Promise<void>;
}

export function startSweeper(config: EmbeddedLogConfig, deps: SweeperDeps): Sweeper {
  let isClosing = false;
  let running: Promise<unknown> | null = null;
  const sweep = () => sweepAll(config.sweepRecords, deps, () => isClosing);
  const timer = setInterval(() => {
    running ??= sweep()
      .catch((error: unknown) => deps.logger.warn({ err: error }, 'cannot sweep the log, trying again later'))
      .finally(() => (running = null));
  }, config.sweepMs);
  timer.unref();
  return {
    sweep,
    async close() {
      isClosing = true;
      clearInterval(timer);
      await running;
    },
  };
}

async function sweepAll(atMost: number, deps: SweeperDeps, isClosing: () => boolean): Promise<SweepReport> {
  const report = { expired: 0, compacted: 0 };
  for (const topic of await deps.tables.topics())
    for (let partition = 0; partition < topic.partitions; partition += 1)
      for (let swept = atMost; swept >= atMost && !isClosing();) {
        swept = await sweepSome(topic, partition, atMost, deps);
        report[topic.cleanup === 'delete' ? 'expired' : 'compacted'] += swept;
      }
  return report;
}

/** @returns how many records this took; less than `atMost` when the partition is done */
async function sweepSome(
  topic: Topic,
  partition: number,
  atMost: number,
  deps: SweeperDeps,
): Promise<number> {
  const [call, ...values] =
    topic.cleanup === 'delete'
      ? ['sweep_old($1, $2, $3, $4)', topic.id, partition, deps.clock.nowMs() - topic.retentionMs, atMost]
      : ['compact($1, $2, $3)', topic.id, partition, atMost];
  try {
    const { rows } = await deps.pool.query<{ swept: number }>(
      `SELECT oopstream_log.${call} AS swept`,
      values,
    );
    return rows[0]!.swept;
  } catch (error) {
    throw toLogError(error);
  }
}
