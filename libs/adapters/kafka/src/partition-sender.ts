import { FatalError } from '@oopstream/ports';
import type { Clock } from '@oopstream/ports';
import type { Logger } from '@oopstream/runtime';
import type { Message } from 'kafkajs';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { ProducerLease, ProducerSource } from './idempotent-producers';
import { judgeSendError, logUnavailable } from './kafka-error';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 1_000;

/** Records of one append for one partition: sent together or not at all. */
export interface Parcel {
  readonly messages: readonly Message[];
  readonly sizeBytes: number;
  /** Most bytes that the topic takes in one send. */
  readonly maxSendBytes: number;
  readonly enqueuedAtMs: number;
  /** Not sent when its turn comes after this. */
  readonly deadlineMs: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface SenderOptions {
  readonly topic: string;
  readonly partition: number;
  readonly producers: ProducerSource;
  readonly clock: Clock;
  readonly lingerMs: number;
  readonly maxSendRecords: number;
  readonly logger: Logger;
  /** Told of each send that became durable: how long its oldest record had to wait. */
  readonly onDurable: (waitedMs: number) => void;
}

/**
 * Sends the records of one partition in the order given, one send at a time, its retries included: concurrent sends of
 * a partition, or sends over several, are where kafkajs loses acknowledged records when a leader dies.
 * What arrives during a send goes out with the next one.
 */
export class PartitionSender {
  readonly #queue: Parcel[] = [];
  #running: Promise<void> | null = null;

  constructor(private readonly options: SenderOptions) {}

  enqueue(parcel: Parcel): void {
    this.#queue.push(parcel);
    this.#running ??= this.#run();
  }

  /** Resolves once nothing is waiting. */
  async drain(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    await (this.options.lingerMs > 0 ? delay(this.options.lingerMs) : nextTurn());
    while (this.#queue.length > 0) {
      const batch = this.#take();
      if (batch.length > 0) await this.#deliver(batch);
    }
    this.#running = null;
  }

  #take(): readonly Parcel[] {
    const batch: Parcel[] = [];
    let records = 0;
    let sizeBytes = 0;
    const nowMs = this.options.clock.nowMs();
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (next.deadlineMs <= nowMs) {
        this.#queue.shift();
        next.reject(logUnavailable('waited too long to be sent'));
        continue;
      }
      records += next.messages.length;
      sizeBytes += next.sizeBytes;
      const isFull = records > this.options.maxSendRecords || sizeBytes > next.maxSendBytes;
      if (batch.length > 0 && isFull) break;
      batch.push(next);
      this.#queue.shift();
    }
    return batch;
  }

  /** Tries until the outcome is known or the last record's deadline has passed. */
  async #deliver(batch: readonly Parcel[]): Promise<void> {
    const messages = batch.flatMap((parcel) => parcel.messages);
    const deadlineMs = Math.max(...batch.map((parcel) => parcel.deadlineMs));
    let lease: ProducerLease | null = null;
    for (let attempt = 0; ; attempt += 1) {
      try {
        lease ??= await this.options.producers.lease();
        await lease.send(this.options.topic, this.options.partition, messages);
        this.options.onDurable(this.options.clock.nowMs() - (batch[0]?.enqueuedAtMs ?? 0));
        settle(batch, null);
        break;
      } catch (error) {
        const refusal = this.#refusal(error, deadlineMs);
        if (refusal !== null) {
          // Given up while in doubt, its sequence numbers must never stand for other records.
          if (refusal.retryable) lease?.retire();
          settle(batch, refusal);
          break;
        }
        this.options.logger.warn(
          { err: error, topic: this.options.topic, attempt },
          'append failed, trying again',
        );
        if (judgeSendError(error) === 'new-producer') {
          lease?.retire();
          lease?.release();
          lease = null;
        }
        await delay(Math.min(FIRST_DELAY_MS * 2 ** attempt, MAX_DELAY_MS) * (0.5 + Math.random() / 2));
      }
    }
    lease?.release();
  }

  /** @returns why to give up; `null` to try again. */
  #refusal(error: unknown, deadlineMs: number) {
    const where = `${this.options.topic}/${this.options.partition}`;
    const verdict = judgeSendError(error);
    if (verdict === 'too-large')
      return new FatalError('record-too-large', `the broker finds a record for ${where} too large`, {
        cause: error,
      });
    if (verdict === 'refused' || this.options.clock.nowMs() >= deadlineMs)
      return logUnavailable(`could not append to ${where}`, error);
    return null;
  }
}

function settle(batch: readonly Parcel[], error: Error | null): void {
  for (const parcel of batch) {
    if (error === null) parcel.resolve();
    else parcel.reject(error);
  }
}
