import type { LogRecord, NewRecord, TopicSpec } from '@oopstream/ports';
import type { KafkaLog } from './open-kafka-log';

export interface KafkaBenchOptions {
  readonly partitions: number;
  readonly records: number;
  readonly valueBytes: number;
  /** Appends under way at once, as requests to the collector would be. */
  readonly concurrency: number;
}

export interface KafkaBenchResult {
  readonly appendedPerSecond: number;
  readonly readPerSecond: number;
  /** Time of this process's CPU for each record, microseconds. */
  readonly appendCpuMicros: number;
  readonly readCpuMicros: number;
}

/** Appends single records as fast as they become durable, then reads them back; on a topic of its own. */
export async function benchKafkaLog(log: KafkaLog, options: KafkaBenchOptions): Promise<KafkaBenchResult> {
  const spec: TopicSpec = {
    name: `bench.${options.partitions}.${Date.now()}`,
    partitions: options.partitions,
    retentionMs: 3_600_000,
    cleanup: 'delete',
    maxRecordBytes: 1_000_000,
  };
  await log.admin.migrate([spec]);
  const records = Array.from({ length: 512 }, (_, index) => sampleRecord(index, options.valueBytes));
  await log.writer.append(spec.name, records.slice(0, 64));
  const append = await timed(options.records, () => appendAll(log, spec.name, records, options));
  const read = await timed(options.records, () => readAll(log, spec.name, options.records));
  return {
    appendedPerSecond: append.perSecond,
    readPerSecond: read.perSecond,
    appendCpuMicros: append.cpuMicros,
    readCpuMicros: read.cpuMicros,
  };
}

async function appendAll(
  log: KafkaLog,
  topic: string,
  records: readonly NewRecord[],
  options: KafkaBenchOptions,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < options.records) {
      const record = records[next % records.length];
      next += 1;
      if (record !== undefined) await log.writer.append(topic, [record]);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
}

async function readAll(log: KafkaLog, topic: string, count: number): Promise<void> {
  const all = Promise.withResolvers<undefined>();
  let read = 0;
  const subscription = await log.reader.subscribe({
    group: topic,
    topics: [topic],
    maxBatchRecords: 1_000,
    maxBatchBytes: 8_000_000,
    onBatch: (batch: readonly LogRecord[]) => {
      read += batch.length;
      if (read >= count) all.resolve(undefined);
      return Promise.resolve();
    },
  });
  await Promise.race([all.promise, subscription.done]);
  await subscription.close();
}

async function timed(records: number, work: () => Promise<void>) {
  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  await work();
  const cpu = process.cpuUsage(cpuBefore);
  return {
    perSecond: Math.round((records * 1000) / (performance.now() - startedAtMs)),
    cpuMicros: Math.round((cpu.user + cpu.system) / records),
  };
}

/** About as compressible as a kernel log: addresses differ, words repeat. */
function sampleRecord(index: number, valueBytes: number): NewRecord {
  let state = index + 1;
  let text = '';
  while (text.length < valueBytes) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const address = state.toString(16).padStart(8, '0');
    text += `[ ${state % 100_000}.${state % 997}] RIP: 0010:usbdev_ioctl+0x${address} ffff8881${address} Call Trace:\n`;
  }
  return {
    key: `host-${index}`,
    value: Buffer.from(text.slice(0, valueBytes)),
    headers: { id: String(index) },
  };
}
