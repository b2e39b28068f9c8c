import { systemClock } from '../clock';
import type { Clock } from '../clock';
import { FatalError } from '../errors';
import type {
  EventLogAdmin,
  EventLogReader,
  EventLogWriter,
  LogRecord,
  NewRecord,
  ReplayStart,
  TopicSpec,
} from '../event-log';
import { recordSizeBytes } from '../record-size';
import { MemoryGroup } from './event-log-group';
import type { MemoryPartition } from './event-log-group';

export interface MemoryEventLogOptions {
  /** Stamps records. */
  readonly clock?: Clock;
  /** Back-off after a RetryableError that names none. */
  readonly retryDelayMs?: number;
}

/** An event log in memory, for tests: the whole port, nothing durable. */
export interface MemoryEventLog {
  readonly writer: EventLogWriter;
  readonly reader: EventLogReader;
  readonly admin: EventLogAdmin;
  /** Every record of a topic, by partition and offset; a topic that does not exist has none. */
  recordsOf(topic: string): readonly LogRecord[];
}

interface MemoryTopic {
  readonly spec: TopicSpec;
  readonly partitions: readonly MemoryPartition[];
}

/** @returns an empty log; `migrate` makes its topics. */
export function createMemoryEventLog(options: MemoryEventLogOptions = {}): MemoryEventLog {
  const log = new MemoryLog(options.clock ?? systemClock, options.retryDelayMs ?? 5);
  return {
    writer: {
      // A promise also for what is refused at once: callers never see append throw synchronously.
      append: (topic, records) => Promise.resolve().then(() => log.append(topic, records)),
      close: () => Promise.resolve(),
    },
    reader: { subscribe: (wanted) => Promise.resolve(log.group(wanted.group).join(wanted)) },
    admin: {
      migrate: (topics) => Promise.resolve().then(() => log.migrate(topics)),
      positions: (topic, group) => Promise.resolve().then(() => log.positions(topic, group)),
      seek: (group, topic, to) => Promise.resolve().then(() => log.seek(group, topic, to)),
      close: () => Promise.resolve(),
    },
    recordsOf: (topic) => log.partitionsOf(topic).flatMap((partition) => partition.records),
  };
}

class MemoryLog {
  readonly #topics = new Map<string, MemoryTopic>();
  readonly #groups = new Map<string, MemoryGroup>();

  constructor(
    readonly clock: Clock,
    readonly retryDelayMs: number,
  ) {}

  append(name: string, records: readonly NewRecord[]): void {
    const { spec, partitions } = this.#topic(name);
    const large = records.find((one) => recordSizeBytes(one) > spec.maxRecordBytes);
    if (large !== undefined)
      throw new FatalError('record-too-large', `a record of ${recordSizeBytes(large)} bytes for ${name}`);
    for (const record of [...records].sort((left, right) => order(left.key, right.key))) {
      const partition = partitions[hash(record.key) % partitions.length]!;
      partition.records.push({
        key: record.key,
        value: Uint8Array.from(record.value),
        headers: { ...record.headers },
        topic: name,
        partition: partition.partition,
        offset: partition.records.length,
        appendedAtMs: this.clock.nowMs(),
      });
    }
    for (const group of this.#groups.values()) group.wake();
  }

  migrate(specs: readonly TopicSpec[]): { created: readonly string[] } {
    for (const spec of specs) {
      const { spec: held } = this.#topics.get(spec.name) ?? { spec };
      if (held.cleanup !== spec.cleanup || held.partitions > spec.partitions)
        throw new FatalError('topic-mismatch', `${spec.name} is there with other partitions or cleanup`);
    }
    const created = specs.map((spec) => spec.name).filter((name) => !this.#topics.has(name));
    for (const spec of specs) {
      const partitions = [...this.partitionsOf(spec.name)];
      for (let partition = partitions.length; partition < spec.partitions; partition += 1)
        partitions.push({ topic: spec.name, partition, records: [] });
      this.#topics.set(spec.name, { spec, partitions });
    }
    for (const group of this.#groups.values()) group.rebalance();
    return { created };
  }

  positions(topic: string, group: string) {
    return this.#topic(topic).partitions.map((partition) => ({
      topic,
      partition: partition.partition,
      startOffset: 0,
      endOffset: partition.records.length,
      committedOffset: this.group(group).committed(partition),
    }));
  }

  seek(name: string, topic: string, to: ReplayStart): void {
    const group = this.group(name);
    if (group.isActive) throw new FatalError('group-active', `${name} has members`);
    for (const partition of this.#topic(topic).partitions) {
      const end = partition.records.length;
      const wanted =
        'offset' in to ? to.offset : partition.records.findIndex((one) => one.appendedAtMs >= to.timeMs);
      group.commit(partition, wanted < 0 && 'timeMs' in to ? end : Math.min(Math.max(wanted, 0), end));
    }
  }

  group(name: string): MemoryGroup {
    const group =
      this.#groups.get(name) ??
      new MemoryGroup((topic) => this.partitionsOf(topic), this.clock, this.retryDelayMs);
    this.#groups.set(name, group);
    return group;
  }

  partitionsOf(topic: string): readonly MemoryPartition[] {
    return this.#topics.get(topic)?.partitions ?? [];
  }

  #topic(name: string): MemoryTopic {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new FatalError('unknown-topic', `${name} was never migrated`);
    return topic;
  }
}

/** Sorting by key (stable) keeps the records of one key together and in order. */
function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** FNV-1a over UTF-16 units. */
function hash(key: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1)
    state = Math.imul(state ^ key.charCodeAt(index), 0x01000193) >>> 0;
  return state;
}
