import { FatalError, RetryableError } from '@oopstream/ports';
import type { AppendSlot, Topic } from './log-tables';
import type { EncodedRecord } from './record-codec';

/** What one call of append asks for; its records stay together. */
export interface PendingAppend {
  readonly topic: Topic;
  /** By partition, records of one key next to each other. */
  readonly byPartition: ReadonlyMap<number, readonly EncodedRecord[]>;
  readonly count: number;
  readonly sizeBytes: number;
}

export interface AppendQueueOptions {
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly maxQueuedBytes: number;
  readonly commit: (slots: readonly AppendSlot[]) => Promise<void>;
}

interface Waiting {
  readonly pending: PendingAppend;
  readonly settle: PromiseWithResolvers<undefined>;
}

/**
 * Group commit: while one commit is under way, what arrives waits for the next, and shares it. One commit at a time is
 * also what keeps calls in order.
 */
export class AppendQueue {
  #waiting: Waiting[] = [];
  #queuedBytes = 0;
  #flushing: Promise<void> | null = null;

  constructor(readonly options: AppendQueueOptions) {}

  push(pending: PendingAppend): Promise<undefined> {
    // A call larger than the whole queue is let in alone, or it never would be.
    if (this.#queuedBytes > 0 && this.#queuedBytes + pending.sizeBytes > this.options.maxQueuedBytes)
      return Promise.reject(
        new RetryableError('log-unavailable', `${this.#queuedBytes} bytes wait to be appended already`),
      );
    this.#queuedBytes += pending.sizeBytes;
    const settle = Promise.withResolvers<undefined>();
    this.#waiting.push({ pending, settle });
    this.#flushing ??= this.#flushAll();
    return settle.promise;
  }

  async drain(): Promise<void> {
    await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    // Calls of the same turn of the event loop share the first commit too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#cut();
      await this.#flush(batch);
      for (const { pending } of batch) this.#queuedBytes -= pending.sizeBytes;
    }
    this.#flushing = null;
  }

  #cut(): readonly Waiting[] {
    let records = 0;
    let bytes = 0;
    let length = 0;
    for (const { pending } of this.#waiting) {
      records += pending.count;
      bytes += pending.sizeBytes;
      if (length > 0 && (records > this.options.maxRecords || bytes > this.options.maxBytes)) break;
      length += 1;
    }
    return this.#waiting.splice(0, length);
  }

  async #flush(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.options.commit(toSlots(batch.map((waiting) => waiting.pending)));
      for (const { settle } of batch) settle.resolve(undefined);
    } catch (error) {
      // What PostgreSQL refuses for good is one call's fault: the others must not fail with it.
      if (error instanceof FatalError && batch.length > 1) {
        for (const waiting of batch) await this.#flush([waiting]);
        return;
      }
      for (const { settle } of batch) settle.reject(error);
    }
  }
}

function toSlots(batch: readonly PendingAppend[]): readonly AppendSlot[] {
  const slots = new Map<string, { topic: Topic; partition: number; records: EncodedRecord[] }>();
  for (const { topic, byPartition } of batch)
    for (const [partition, records] of byPartition) {
      const id = `${topic.id}/${partition}`;
      const slot = slots.get(id) ?? { topic, partition, records: [] };
      slots.set(id, slot);
      slot.records.push(...records);
    }
  return [...slots.values()];
}
