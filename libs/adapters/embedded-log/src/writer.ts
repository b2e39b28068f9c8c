import { FatalError, RetryableError } from '@oopstream/ports';
import type { Clock, EventLogWriter, NewRecord } from '@oopstream/ports';
import type { Metrics } from '@oopstream/runtime';
import { AppendQueue } from './append-queue';
import type { PendingAppend } from './append-queue';
import type { EmbeddedLogConfig } from './embedded-log-config';
import type { AppendSlot, LogTables, Topic } from './log-tables';
import { partitionOf } from './partitioner';
import { encodeKey, encodeRecord } from './record-codec';
import type { EncodedRecord } from './record-codec';
import type { Wakeups } from './wakeups';

/** A topic's partitions and limit may be raised by another process. */
const TOPIC_FRESH_MS = 5_000;

export interface WriterDeps {
  readonly tables: LogTables;
  readonly wakeups: Wakeups;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export function createWriter(config: EmbeddedLogConfig, deps: WriterDeps): EventLogWriter {
  const topicOf = rememberTopics(deps);
  const queue = new AppendQueue({
    maxRecords: config.maxAppendRecords,
    maxBytes: config.maxAppendBytes,
    maxQueuedBytes: config.maxQueuedBytes,
    commit: (slots) => commit(slots, deps),
  });
  let closed = false;
  return {
    async append(name, records) {
      if (closed) throw new RetryableError('log-unavailable', 'the writer is closed');
      if (records.length > 0) await queue.push(prepare(await topicOf(name), records));
    },
    async close() {
      closed = true;
      await queue.drain();
    },
  };
}

async function commit(
  slots: readonly AppendSlot[],
  { tables, wakeups, metrics, clock }: WriterDeps,
): Promise<void> {
  const startedAtMs = clock.nowMs();
  await tables.append(slots);
  const seconds = (clock.nowMs() - startedAtMs) / 1_000;
  const topics = new Map(slots.map(({ topic }) => [topic.id, topic.name]));
  for (const name of topics.values())
    metrics.record('oopstream_log_append_seconds', seconds, { topic: name });
  wakeups.announceRecords([...topics.keys()]);
}

/** Calls made at the same time wait for the same promise, so that they go on in the order they were made. */
function rememberTopics({ tables, clock }: WriterDeps): (name: string) => Promise<Topic> {
  const known = new Map<string, { readonly topic: Promise<Topic>; readonly untilMs: number }>();
  return (name) => {
    const remembered = known.get(name);
    if (remembered !== undefined && remembered.untilMs > clock.nowMs()) return remembered.topic;
    const topic = tables.topic(name);
    topic.catch(() => known.delete(name));
    known.set(name, { topic, untilMs: clock.nowMs() + TOPIC_FRESH_MS });
    return topic;
  };
}

function prepare(topic: Topic, records: readonly NewRecord[]): PendingAppend {
  const byKey = new Map<string, EncodedRecord[]>();
  let sizeBytes = 0;
  for (const record of records) {
    const own = byKey.get(record.key);
    const encoded = encodeRecord(record, own?.[0]?.key ?? encodeKey(record.key));
    if (encoded.sizeBytes > topic.maxRecordBytes)
      throw new FatalError('record-too-large', `a record of ${encoded.sizeBytes} bytes for ${topic.name}`);
    sizeBytes += encoded.sizeBytes;
    if (own === undefined) byKey.set(record.key, [encoded]);
    else own.push(encoded);
  }
  const byPartition = new Map<number, EncodedRecord[]>();
  for (const own of byKey.values()) {
    const partition = partitionOf(own[0]!.key, topic.partitions);
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), ...own]);
  }
  return { topic, byPartition, count: records.length, sizeBytes };
}
