import { FatalError, recordSizeBytes, RetryableError } from '@oopstream/ports';
import type { Clock, EventLogWriter, NewRecord } from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import type { KafkaConfig } from './config';
import type { IdempotentProducers } from './idempotent-producers';
import { logUnavailable } from './kafka-error';
import { partitionOfKey } from './partition-of-key';
import { PartitionSender } from './partition-sender';
import type { TopicDirectory, TopicFacts } from './topic-directory';

export interface KafkaWriterOptions {
  readonly config: KafkaConfig;
  readonly directory: TopicDirectory;
  readonly producers: IdempotentProducers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Records of one call for one partition, small enough for one send. */
interface Chunk {
  readonly partition: number;
  readonly records: NewRecord[];
  readonly maxSendBytes: number;
  sizeBytes: number;
}

/** What Kafka's format adds to a record at most: lengths, deltas, and those of some headers. */
const RECORD_FRAME_BYTES = 64;

export class KafkaWriter implements EventLogWriter {
  readonly #options: KafkaWriterOptions;
  readonly #senders = new Map<string, PartitionSender>();
  #pendingRecords = 0;
  #pendingBytes = 0;
  #isClosed = false;

  constructor(options: KafkaWriterOptions) {
    this.#options = options;
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    if (this.#isClosed) throw logUnavailable('the writer is closed');
    if (records.length === 0) return;
    const facts = await this.#options.directory.describe(topic);
    const chunks = chunksOf(topic, records, facts, this.#options.config);
    this.#admit(records.length, chunks);
    const { clock, config } = this.#options;
    const enqueuedAtMs = clock.nowMs();
    const sent = chunks.map((chunk) => this.#send(topic, chunk, enqueuedAtMs));
    await withDeadline(settleAll(sent), config.appendTimeoutMs, () =>
      logUnavailable(`${topic} took no records for ${config.appendTimeoutMs} ms`),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#senders.values()].map((sender) => sender.drain()));
    await this.#options.producers.close();
  }

  /** Room in the queue, or none: a full queue must be felt at once, not after the deadline. */
  #admit(records: number, chunks: readonly Chunk[]): void {
    const { maxPendingRecords, maxPendingBytes } = this.#options.config;
    const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
    const isFull =
      this.#pendingRecords + records > maxPendingRecords || this.#pendingBytes + sizeBytes > maxPendingBytes;
    // However large: what comes to an empty queue is let in, or it would be refused for ever.
    if (this.#pendingRecords > 0 && isFull)
      throw new RetryableError('log-unavailable', 'too many records wait to be durable', {
        retryAfterMs: 1_000,
      });
    this.#pendingRecords += records;
    this.#pendingBytes += sizeBytes;
  }

  #send(topic: string, chunk: Chunk, enqueuedAtMs: number): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      this.#sender(topic, chunk.partition).enqueue({
        messages: chunk.records.map((record) => ({
          key: record.key,
          value: asBuffer(record.value),
          headers: { ...record.headers },
        })),
        sizeBytes: chunk.sizeBytes,
        maxSendBytes: chunk.maxSendBytes,
        enqueuedAtMs,
        deadlineMs: enqueuedAtMs + this.#options.config.appendTimeoutMs,
        resolve,
        reject,
      });
    });
    return sent.finally(() => {
      this.#pendingRecords -= chunk.records.length;
      this.#pendingBytes -= chunk.sizeBytes;
    });
  }

  #sender(topic: string, partition: number): PartitionSender {
    const name = `${topic}/${partition}`;
    const known = this.#senders.get(name);
    if (known !== undefined) return known;
    const { clock, config, logger, metrics, producers } = this.#options;
    const sender = new PartitionSender({
      topic,
      partition,
      producers,
      clock,
      logger,
      lingerMs: config.lingerMs,
      maxSendRecords: config.maxSendRecords,
      onDurable: (waitedMs) => metrics.record('oopstream_log_append_seconds', waitedMs / 1000, { topic }),
    });
    this.#senders.set(name, sender);
    return sender;
  }
}

/**
 * Deals records out to partitions, keys kept together. A partition's share that is too much for one send becomes
 * several, which its sender sends one after the other.
 * @throws FatalError `record-too-large`
 */
function chunksOf(
  topic: string,
  records: readonly NewRecord[],
  facts: TopicFacts,
  config: KafkaConfig,
): readonly Chunk[] {
  const maxSendBytes = Math.min(config.maxSendBytes, facts.maxRecordBytes);
  const chunks: Chunk[] = [];
  const last = new Map<number, Chunk>();
  for (const [key, same] of groupByKey(topic, records, facts)) {
    const partition = partitionOfKey(key, facts.partitions);
    for (const record of same) {
      const sizeBytes = recordSizeBytes(record) + RECORD_FRAME_BYTES;
      let chunk = last.get(partition);
      if (
        chunk === undefined ||
        chunk.sizeBytes + sizeBytes > maxSendBytes ||
        chunk.records.length >= config.maxSendRecords
      ) {
        chunk = { partition, records: [], maxSendBytes, sizeBytes: 0 };
        chunks.push(chunk);
        last.set(partition, chunk);
      }
      chunk.records.push(record);
      chunk.sizeBytes += sizeBytes;
    }
  }
  return chunks;
}

function groupByKey(
  topic: string,
  records: readonly NewRecord[],
  facts: TopicFacts,
): ReadonlyMap<string, readonly NewRecord[]> {
  const byKey = new Map<string, NewRecord[]>();
  for (const record of records) {
    const sizeBytes = recordSizeBytes(record);
    if (sizeBytes > facts.maxRecordBytes)
      throw new FatalError(
        'record-too-large',
        `a record of ${sizeBytes} bytes for ${topic}, which takes ${facts.maxRecordBytes}`,
      );
    const same = byKey.get(record.key);
    if (same === undefined) byKey.set(record.key, [record]);
    else same.push(record);
  }
  return byKey;
}

/** Waits for all, also after a failure of one, and throws the first. */
async function settleAll(sent: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(sent);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function withDeadline(work: Promise<void>, timeoutMs: number, late: () => Error): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), timeoutMs);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
