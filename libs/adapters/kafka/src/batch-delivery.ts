import { recordSizeBytes, RetryableError } from '@oopstream/ports';
import type { LogRecord, SubscribeOptions } from '@oopstream/ports';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import { brokerErrorType } from './kafka-error';
import type { OffsetResets } from './offset-resets';
import type { SubscriptionStatus } from './subscription-status';

/** The group has given our partitions to others already: their commits would overtake ours. */
const EXPELLED = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);

export interface BatchDeliveryOptions {
  readonly subscribe: SubscribeOptions;
  readonly status: SubscriptionStatus;
  readonly resets: OffsetResets;
  readonly retryDelayMs: number;
  readonly heartbeatIntervalMs: number;
  /** Aborted as soon as the subscription shall take no further batch. */
  readonly closing: AbortSignal;
  /** Aborted when a closing subscription has waited long enough. */
  readonly impatient: AbortSignal;
  readonly onReset: (topic: string, partition: number) => void;
  /** Called with what a handler threw that is not to be retried. */
  readonly onFailure: (error: unknown) => void;
}

/** Hands what kafkajs fetched to the handler, in slices, and commits each slice that it took. */
export class BatchDelivery {
  /** kafkajs may still hold batches fetched before the group changed: they belong to others by now. */
  #isRejoining = false;

  constructor(private readonly options: BatchDeliveryOptions) {}

  joined(): void {
    this.#isRejoining = false;
    this.options.resets.forget();
  }

  /** @throws whatever kafkajs threw at us: it knows what to do about it. */
  async deliver(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const [first] = messages;
    if (first === undefined || !this.#mayGoOn(payload)) return;
    if (await this.options.resets.isReset(topic, partition, Number(first.offset))) {
      this.options.status.countReset();
      this.options.onReset(topic, partition);
    }
    const records = messages.map((message) => toRecord(topic, partition, message));
    for (const slice of slicesOf(records, this.options.subscribe)) {
      if (!this.#mayGoOn(payload)) return;
      if (!(await this.#offer(payload, slice))) return;
    }
  }

  #mayGoOn(payload: EachBatchPayload): boolean {
    return !this.#isRejoining && !this.options.closing.aborted && payload.isRunning() && !payload.isStale();
  }

  /** @returns false when it was not taken and this subscription will not offer it again. */
  async #offer(payload: EachBatchPayload, slice: readonly LogRecord[]): Promise<boolean> {
    const { closing, onFailure, status, subscribe } = this.options;
    for (;;) {
      const membership = new Membership(payload, this.options.impatient);
      try {
        await subscribe.onBatch(slice, {
          signal: membership.signal,
          heartbeat: () => membership.heartbeat(),
        });
      } catch (error) {
        this.#rejoinIf(membership);
        if (membership.signal.aborted) return false;
        if (!(error instanceof RetryableError)) {
          onFailure(error);
          return false;
        }
        status.retrying(error);
        await this.#backOff(payload, error.retryAfterMs ?? this.options.retryDelayMs);
        if (closing.aborted) return false;
        continue;
      }
      if (membership.signal.aborted) {
        this.#rejoinIf(membership);
        return false;
      }
      await this.#commit(payload, slice);
      this.#rejoinIf(membership);
      return true;
    }
  }

  async #commit(payload: EachBatchPayload, slice: readonly LogRecord[]): Promise<void> {
    const { topic, partition } = payload.batch;
    const last = slice.at(-1)?.offset ?? 0;
    const offset = String(last + 1);
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
    payload.resolveOffset(String(last));
    this.options.resets.finished(topic, partition, last + 1);
    this.options.status.finishedBatch();
  }

  /** Hands kafkajs the error that makes it join again. */
  #rejoinIf(membership: Membership): void {
    if (membership.trouble === null) return;
    this.#isRejoining = true;
    throw membership.trouble;
  }

  /** Waits, but stays in the group meanwhile; ends early when closing. @throws what a heartbeat throws */
  async #backOff(payload: EachBatchPayload, delayMs: number): Promise<void> {
    const untilMs = performance.now() + delayMs;
    for (;;) {
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0 || this.options.closing.aborted) return;
      const pause = delay(Math.min(leftMs, this.options.heartbeatIntervalMs), true, {
        signal: this.options.closing,
      });
      if (!(await pause.catch(() => false))) return;
      const membership = new Membership(payload, this.options.impatient);
      await membership.heartbeat();
      this.#rejoinIf(membership);
    }
  }
}

/** Our place in the group while one slice is handled. */
class Membership {
  readonly #lost = new AbortController();
  readonly signal: AbortSignal;
  /** What a heartbeat met; `null` while all is well. */
  trouble: Error | null = null;

  constructor(
    private readonly payload: EachBatchPayload,
    impatient: AbortSignal,
  ) {
    this.signal = AbortSignal.any([this.#lost.signal, impatient]);
  }

  /** Never rejects: a group that merely changes lets us finish and commit first. */
  async heartbeat(): Promise<void> {
    try {
      await this.payload.heartbeat();
    } catch (error) {
      this.trouble = error instanceof Error ? error : new Error(String(error));
      if (EXPELLED.has(brokerErrorType(error) ?? '')) this.#lost.abort();
    }
  }
}

function* slicesOf(records: readonly LogRecord[], limits: SubscribeOptions): Generator<readonly LogRecord[]> {
  let slice: LogRecord[] = [];
  let sizeBytes = 0;
  for (const record of records) {
    const recordBytes = recordSizeBytes(record);
    const isFull = slice.length >= limits.maxBatchRecords || sizeBytes + recordBytes > limits.maxBatchBytes;
    if (slice.length > 0 && isFull) {
      yield slice;
      slice = [];
      sizeBytes = 0;
    }
    slice.push(record);
    sizeBytes += recordBytes;
  }
  if (slice.length > 0) yield slice;
}

function toRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    // A header given several times, by a producer that is not ours: the last one counts.
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = typeof last === 'string' ? last : last.toString('utf8');
  }
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: message.value ?? new Uint8Array(),
    headers,
    appendedAtMs: Number(message.timestamp),
  };
}
