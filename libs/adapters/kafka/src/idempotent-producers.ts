import type { Logger } from '@oopstream/runtime';
import { CompressionTypes } from 'kafkajs';
import type { Kafka, Message, Producer } from 'kafkajs';

/**
 * One send is one request, and we send again: a retry within kafkajs still asks the former leader, so that it can fail
 * after the new one has written, and then takes fresh sequence numbers for the same records. kafkajs refuses 0 for an
 * idempotent producer; it compares with `<` in both places, and nothing is less than NaN.
 */
const NO_RETRIES = Number.NaN;

/** One producer as one batch uses it, with all of its attempts: they must carry the same sequence numbers. */
export interface ProducerLease {
  /** One attempt. Resolves when all in-sync replicas have it. */
  send(topic: string, partition: number, messages: readonly Message[]): Promise<void>;
  /** No new batch gets this producer: its sequence numbers are spent or in doubt. */
  retire(): void;
  release(): void;
}

/** Where senders get their producer. */
export interface ProducerSource {
  /** Rejects while no producer can be had: ask again. */
  lease(): Promise<ProducerLease>;
}

interface Holding {
  readonly producer: Promise<Producer>;
  users: number;
  isRetired: boolean;
}

/**
 * Hands out the one idempotent producer of a writer. A retired one finishes the batches that began with it, then is
 * closed; the next batch starts on a new one, with a new producer id.
 */
export class IdempotentProducers implements ProducerSource {
  #current: Holding | null = null;

  constructor(
    private readonly client: () => Kafka,
    private readonly requestTimeoutMs: number,
    private readonly logger: Logger,
  ) {}

  async lease(): Promise<ProducerLease> {
    const holding = (this.#current ??= { producer: this.#connect(), users: 0, isRetired: false });
    holding.users += 1;
    try {
      const producer = await holding.producer;
      return {
        send: (topic, partition, messages) => this.#send(producer, topic, partition, messages),
        retire: () => this.#retire(holding),
        release: () => this.#release(holding),
      };
    } catch (error) {
      this.#retire(holding);
      this.#release(holding);
      throw error;
    }
  }

  async close(): Promise<void> {
    const holding = this.#current;
    this.#current = null;
    if (holding !== null) await this.#disconnect(holding);
  }

  #retire(holding: Holding): void {
    if (this.#current === holding) this.#current = null;
    holding.isRetired = true;
  }

  #release(holding: Holding): void {
    holding.users -= 1;
    if (holding.isRetired && holding.users === 0) void this.#disconnect(holding);
  }

  async #disconnect(holding: Holding): Promise<void> {
    const [opened] = await Promise.allSettled([holding.producer]);
    if (opened.status === 'rejected') return;
    await opened.value.disconnect().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'a producer did not disconnect cleanly');
    });
  }

  async #send(
    producer: Producer,
    topic: string,
    partition: number,
    messages: readonly Message[],
  ): Promise<void> {
    await producer.send({
      topic,
      acks: -1,
      timeout: this.requestTimeoutMs,
      compression: CompressionTypes.ZSTD,
      messages: messages.map((message) => ({ ...message, partition })),
    });
  }

  async #connect(): Promise<Producer> {
    const producer = this.client().producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
      retry: { retries: NO_RETRIES },
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await producer.disconnect();
      throw error;
    }
  }
}
