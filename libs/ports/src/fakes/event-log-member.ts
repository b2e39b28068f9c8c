import { RetryableError } from '../errors';
import type { LogRecord, SubscribeOptions, Subscription, SubscriptionHealth } from '../event-log';
import { recordSizeBytes } from '../record-size';
import type { MemoryGroup, MemoryPartition } from './event-log-group';

/** One member of a group: reads its partitions in turn, one batch at a time. */
export class MemoryMember implements Subscription {
  readonly done: Promise<void>;
  readonly #ended = Promise.withResolvers<undefined>();
  #partitions: readonly MemoryPartition[] = [];
  #state: SubscriptionHealth['state'] = 'starting';
  #lastProgressAtMs: number | null = null;
  #lastError: string | null = null;
  #closing = false;
  #wakeUp = Promise.withResolvers<undefined>();
  #running: { partition: MemoryPartition; lost: AbortController } | null = null;
  #next = 0;

  constructor(
    readonly group: MemoryGroup,
    readonly options: SubscribeOptions,
  ) {
    this.done = this.#ended.promise;
    // Who does not look at `done` looks at health; a rejection must not end the process.
    this.done.catch(() => undefined);
  }

  start(): void {
    void this.#run();
  }

  assign(partitions: readonly MemoryPartition[]): void {
    this.#partitions = partitions;
    if (this.#running !== null && !partitions.includes(this.#running.partition)) this.#running.lost.abort();
    this.wake();
  }

  wake(): void {
    this.#wakeUp.resolve(undefined);
  }

  health(): SubscriptionHealth {
    return {
      state: this.#state,
      assignedPartitions: this.#state === 'failed' || this.#state === 'closed' ? 0 : this.#partitions.length,
      lastProgressAtMs: this.#lastProgressAtMs,
      offsetResets: 0,
      lastError: this.#lastError,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.wake();
    await this.done.catch(() => undefined);
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closing) {
        this.#wakeUp = Promise.withResolvers<undefined>();
        if (this.#state === 'starting') this.#state = 'running';
        const partition = this.#pick();
        if (partition === undefined) await this.#wakeUp.promise;
        else await this.#read(partition);
      }
      this.#state = 'closed';
      this.group.leave(this);
      this.#ended.resolve(undefined);
    } catch (error) {
      this.#state = 'failed';
      this.#lastError = String(error);
      this.group.leave(this);
      this.#ended.reject(error);
    }
  }

  /** The next of our partitions, in turn, that has something to read and no batch at work. */
  #pick(): MemoryPartition | undefined {
    for (let step = 0; step < this.#partitions.length; step += 1) {
      const partition = this.#partitions[(this.#next + step) % this.#partitions.length]!;
      const behind = (this.group.committed(partition) ?? 0) < partition.records.length;
      if (!behind || !this.group.take(partition)) continue;
      this.#next += step + 1;
      return partition;
    }
    return undefined;
  }

  async #read(partition: MemoryPartition): Promise<void> {
    const lost = new AbortController();
    this.#running = { partition, lost };
    try {
      const batch = this.#cut(partition.records, this.group.committed(partition) ?? 0);
      await this.#offer(batch, lost.signal);
      if (lost.signal.aborted) return;
      this.group.commit(partition, batch.at(-1)!.offset + 1);
      this.#state = 'running';
      this.#lastError = null;
      this.#lastProgressAtMs = this.group.clock.nowMs();
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      this.#state = 'recovering';
      this.#lastError = String(error);
      await this.#backOff(error.retryAfterMs ?? this.group.retryDelayMs);
    } finally {
      this.#running = null;
      this.group.giveBack(partition);
    }
  }

  async #offer(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    await this.options.onBatch(batch, { signal, heartbeat: () => Promise.resolve() });
  }

  #cut(records: readonly LogRecord[], from: number): readonly LogRecord[] {
    const batch: LogRecord[] = [];
    let sizeBytes = 0;
    for (const record of records.slice(from, from + this.options.maxBatchRecords)) {
      sizeBytes += recordSizeBytes(record);
      if (batch.length > 0 && sizeBytes > this.options.maxBatchBytes) break;
      batch.push(record);
    }
    return batch;
  }

  async #backOff(delayMs: number): Promise<void> {
    const elapsed = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => elapsed.resolve(undefined), delayMs);
    while (!this.#closing && (await Promise.race([elapsed.promise, this.#wokenUp()])) === 'woken');
    clearTimeout(timer);
  }

  async #wokenUp(): Promise<'woken'> {
    this.#wakeUp = Promise.withResolvers<undefined>();
    await this.#wakeUp.promise;
    return 'woken';
  }
}
