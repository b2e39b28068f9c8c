import { createPool, postgresConfigSchema } from '@oopstream/adapter-postgres';
import type { PostgresPool } from '@oopstream/adapter-postgres';
import { RetryableError, systemClock } from '@oopstream/ports';
import type { Clock, NewRecord, SubscribeOptions, Subscription, TopicSpec } from '@oopstream/ports';
import { createLogger, noMetrics } from '@oopstream/runtime';
import type { Metrics } from '@oopstream/runtime';
import { createEmbeddedLog, embeddedLogConfigSchema } from '../src/index';
import type { EmbeddedLog, EmbeddedLogConfig } from '../src/index';

const logger = createLogger({ service: 'test', level: 'silent' });

export interface OpenLog extends EmbeddedLog {
  readonly pool: PostgresPool;
  /** From now on this process reaches PostgreSQL no more. */
  cutOff(): void;
}

export interface OpenLogOptions {
  readonly config?: Partial<EmbeddedLogConfig>;
  readonly clock?: Clock;
  readonly metrics?: Metrics;
}

/** A log as one process has it, on a pool of its own. */
export function openLog(url: string, options: OpenLogOptions = {}): OpenLog {
  const real = createPool(postgresConfigSchema.parse({ url }), { logger });
  let isCutOff = false;
  const pool: PostgresPool = {
    ...real,
    query: (text, values, name) =>
      isCutOff
        ? Promise.reject(new RetryableError('store-unavailable', 'cut off'))
        : real.query(text, values, name),
  };
  const config = { ...embeddedLogConfigSchema.parse({}), ...options.config };
  const { clock = systemClock, metrics = noMetrics } = options;
  const log = createEmbeddedLog(config, { pool, logger, clock, metrics });
  return {
    ...log,
    pool,
    cutOff: () => {
      isCutOff = true;
    },
    async close() {
      await log.close();
      await real.close();
    },
  };
}

export function spec(name: string, extra: Partial<TopicSpec> = {}): TopicSpec {
  return { name, partitions: 1, retentionMs: 60_000, cleanup: 'delete', maxRecordBytes: 100_000, ...extra };
}

export function record(key: string, value: string): NewRecord {
  return { key, value: Buffer.from(value), headers: {} };
}

/** Subscribes with a handler that remembers values. */
export async function collect(
  log: EmbeddedLog,
  group: string,
  topic: string,
  extra: Partial<SubscribeOptions> = {},
): Promise<{ readonly subscription: Subscription; readonly values: string[] }> {
  const values: string[] = [];
  const subscription = await log.reader.subscribe({
    ...{ group, topics: [topic], maxBatchRecords: 100, maxBatchBytes: 1_000_000 },
    onBatch: (records) => {
      values.push(...records.map((one) => Buffer.from(one.value).toString()));
      return Promise.resolve();
    },
    ...extra,
  });
  return { subscription, values };
}
