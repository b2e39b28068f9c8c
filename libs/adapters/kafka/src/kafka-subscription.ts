import type { Clock, SubscribeOptions, Subscription, SubscriptionHealth } from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import type { Consumer, Kafka } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import type { AdminConnection } from './admin-connection';
import { BatchDelivery } from './batch-delivery';
import type { KafkaConfig } from './config';
import { OffsetResets } from './offset-resets';
import { SubscriptionStatus } from './subscription-status';

const FIRST_RESTART_DELAY_MS = 250;
const MAX_RESTART_DELAY_MS = 5_000;
/** New partitions, and leaders that moved without an error, are seen this soon. */
const METADATA_MAX_AGE_MS = 30_000;

export interface SubscriptionDeps {
  readonly config: KafkaConfig;
  readonly client: () => Kafka;
  readonly admin: AdminConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Keeps a consumer running. kafkajs restarts a crashed one only for some errors, and even when it was stopped
 * meanwhile; so every crash ends its consumer here, and a new one takes its place until the subscription closes.
 */
export class KafkaSubscription implements Subscription {
  readonly done: Promise<void>;
  readonly #status: SubscriptionStatus;
  readonly #closing = new AbortController();
  readonly #impatient = new AbortController();
  readonly #delivery: BatchDelivery;
  #failure: { readonly error: unknown } | null = null;
  #restarts = 0;

  constructor(
    private readonly deps: SubscriptionDeps,
    private readonly options: SubscribeOptions,
  ) {
    const { config, logger, metrics } = deps;
    this.#status = new SubscriptionStatus(deps.clock);
    this.#delivery = new BatchDelivery({
      subscribe: options,
      status: this.#status,
      resets: new OffsetResets(deps.admin, options.group),
      retryDelayMs: config.retryDelayMs,
      heartbeatIntervalMs: config.heartbeatIntervalMs,
      closing: this.#closing.signal,
      impatient: this.#impatient.signal,
      onReset: (topic, partition) => {
        logger.error(
          { topic, partition, group: options.group },
          'records were lost to retention before being read',
        );
        metrics.count('oopstream_log_offset_resets', 1, { group: options.group, topic });
      },
      onFailure: (error) => {
        this.#failure ??= { error };
        this.#closing.abort();
      },
    });
    this.done = this.#supervise();
    // Who does not look at `done` looks at health; a rejection must not end the process.
    this.done.catch(() => undefined);
  }

  health(): SubscriptionHealth {
    return this.#status.health();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const impatience = setTimeout(() => this.#impatient.abort(), this.deps.config.closeTimeoutMs);
    await Promise.allSettled([this.done]);
    clearTimeout(impatience);
  }

  async #supervise(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const crash = await this.#runConsumer();
      if (crash === null) continue;
      this.#status.lostTheLog(crash);
      this.deps.logger.warn({ err: crash, group: this.options.group }, 'consumer crashed, starting another');
      await this.#pause();
    }
    this.#status.ended(this.#failure === null ? null : this.#failure.error);
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** @returns what the consumer died of; `null` when we ended it. */
  async #runConsumer(): Promise<Error | null> {
    const consumer = this.#createConsumer();
    const ended = Promise.withResolvers<Error | null>();
    const stop = () => ended.resolve(null);
    this.#closing.signal.addEventListener('abort', stop, { once: true });
    if (this.#closing.signal.aborted) stop();
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.resolve(payload.error));
    consumer.on(consumer.events.HEARTBEAT, () => this.#status.progressed());
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#restarts = 0;
      this.#delivery.joined();
      this.#status.joined(Object.values(payload.memberAssignment).flat().length);
    });
    this.#start(consumer).catch((error: unknown) =>
      ended.resolve(error instanceof Error ? error : new Error(String(error))),
    );
    const crash = await ended.promise;
    this.#closing.signal.removeEventListener('abort', stop);
    await consumer.disconnect().catch((error: unknown) => {
      this.deps.logger.warn({ err: error, group: this.options.group }, 'consumer did not disconnect cleanly');
    });
    return crash;
  }

  #createConsumer(): Consumer {
    const { config } = this.deps;
    return this.deps.client().consumer({
      groupId: this.options.group,
      sessionTimeout: config.sessionTimeoutMs,
      heartbeatInterval: config.heartbeatIntervalMs,
      rebalanceTimeout: config.rebalanceTimeoutMs,
      maxWaitTimeInMs: config.fetchWaitMs,
      maxBytesPerPartition: Math.max(this.options.maxBatchBytes, 1_048_576),
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  async #start(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    if (this.#closing.signal.aborted) return;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#delivery.deliver(payload),
    });
  }

  async #pause(): Promise<void> {
    const delayMs = Math.min(FIRST_RESTART_DELAY_MS * 2 ** this.#restarts, MAX_RESTART_DELAY_MS);
    this.#restarts += 1;
    const { signal } = this.#closing;
    await delay(delayMs, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
