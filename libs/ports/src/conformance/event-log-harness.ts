import type {
  BatchHandler,
  EventLogAdmin,
  EventLogReader,
  EventLogWriter,
  LogRecord,
  NewRecord,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from '../event-log';
import { until } from './until';

/** The log as one process holds it. */
export interface EventLogHandles {
  readonly writer: EventLogWriter;
  readonly reader: EventLogReader;
  readonly admin: EventLogAdmin;
}

/** One log under test; every `open` is a process of its own. */
export interface EventLogHarness {
  open(): Promise<EventLogHandles>;
  /** Closes every handle and stops what the log ran on. */
  close(): Promise<void>;
}

const text = new TextEncoder();

/** Topics, groups and subscriptions of one law; `cleanUp` after each. */
export class LawBench {
  readonly #open: Subscription[] = [];
  constructor(readonly log: EventLogHandles) {}

  name(what: string): string {
    return `law.${what}.${crypto.randomUUID()}`;
  }

  async topic(partitions: number, extra: Partial<TopicSpec> = {}): Promise<string> {
    const spec = topicSpec(this.name('topic'), { partitions, ...extra });
    await this.log.admin.migrate([spec]);
    return spec.name;
  }

  /** Subscribes and remembers to close. */
  async subscribe(
    options: Partial<SubscribeOptions> & Pick<SubscribeOptions, 'group' | 'topics' | 'onBatch'>,
    reader: EventLogReader = this.log.reader,
  ): Promise<Subscription> {
    const subscription = await reader.subscribe({
      maxBatchRecords: 100,
      maxBatchBytes: 1_000_000,
      ...options,
    });
    subscription.done.catch(() => undefined);
    this.#open.push(subscription);
    return subscription;
  }

  /** Every record of the topic, as a new group sees them. */
  async readAll(topic: string, count: number): Promise<readonly LogRecord[]> {
    const seen = new Recorder();
    const subscription = await this.subscribe({
      group: this.name('reader'),
      topics: [topic],
      onBatch: seen.onBatch,
    });
    await seen.reaches(count);
    await subscription.close();
    return seen.records;
  }

  async committed(topic: string, group: string): Promise<number> {
    const positions = await this.log.admin.positions(topic, group);
    return positions.reduce((sum, position) => sum + (position.committedOffset ?? 0), 0);
  }

  async cleanUp(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((subscription) => subscription.close()));
  }
}

/** Remembers what a handler was given. */
export class Recorder {
  readonly batches: (readonly LogRecord[])[] = [];

  get records(): readonly LogRecord[] {
    return this.batches.flat();
  }

  readonly onBatch: BatchHandler = (records) => {
    this.batches.push(records);
    return Promise.resolve();
  };

  async reaches(count: number): Promise<void> {
    await until(`${count} records came`, () => this.records.length >= count, { deadlineMs: 30_000 });
  }
}

export function topicSpec(name: string, extra: Partial<TopicSpec> = {}): TopicSpec {
  return {
    name,
    partitions: 1,
    retentionMs: 86_400_000,
    cleanup: 'delete',
    maxRecordBytes: 100_000,
    ...extra,
  };
}

export function record(
  key: string,
  value: string | Uint8Array,
  headers: Record<string, string> = {},
): NewRecord {
  return { key, value: typeof value === 'string' ? text.encode(value) : value, headers };
}

export function valueText(of: LogRecord): string {
  return new TextDecoder().decode(of.value);
}
