import { FatalError } from '@oopstream/ports';
import type { Clock } from '@oopstream/ports';
import type { Logger } from '@oopstream/runtime';
import { ConfigResourceTypes } from 'kafkajs';
import type { Admin } from 'kafkajs';
import type { AdminConnection } from './admin-connection';
import { brokerErrorType } from './kafka-error';

/** Room for the framing of a batch, over the size of its largest record. */
export const BATCH_OVERHEAD_BYTES = 16_384;
const MAX_AGE_MS = 60_000;

export interface TopicFacts {
  readonly partitions: number;
  readonly maxRecordBytes: number;
}

interface Entry {
  readonly facts: Promise<TopicFacts>;
  readonly askedAtMs: number;
}

/** What a writer must know of a topic; asked once, then refreshed in the background while it is used. */
export class TopicDirectory {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly admin: AdminConnection,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @throws FatalError `unknown-topic` @throws RetryableError `log-unavailable` */
  async describe(topic: string): Promise<TopicFacts> {
    const known = this.#entries.get(topic);
    if (known === undefined) return this.#ask(topic);
    if (this.clock.nowMs() - known.askedAtMs > MAX_AGE_MS) this.#refresh(topic, known);
    return known.facts;
  }

  #ask(topic: string): Promise<TopicFacts> {
    const facts = this.admin.ask(`asking about ${topic}`, (admin) => factsOf(admin, topic));
    this.#entries.set(topic, { facts, askedAtMs: this.clock.nowMs() });
    facts.catch(() => this.#entries.delete(topic));
    return facts;
  }

  /** What is known holds until the answer is there: writers must not wait, nor fail when it fails. */
  #refresh(topic: string, known: Entry): void {
    this.#entries.set(topic, { ...known, askedAtMs: this.clock.nowMs() });
    this.admin
      .ask(`asking about ${topic}`, (admin) => factsOf(admin, topic))
      .then(
        (facts) => this.#entries.set(topic, { facts: Promise.resolve(facts), askedAtMs: this.clock.nowMs() }),
        (error: unknown) =>
          this.logger.warn({ err: error, topic }, 'could not refresh what is known of a topic'),
      );
  }
}

async function factsOf(admin: Admin, topic: string): Promise<TopicFacts> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['max.message.bytes'] }],
    });
    const maxMessageBytes = Number(resources[0]?.configEntries[0]?.configValue);
    const partitions = topics[0]?.partitions.length ?? 0;
    return { partitions, maxRecordBytes: maxMessageBytes - BATCH_OVERHEAD_BYTES };
  } catch (error) {
    if (brokerErrorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION')
      throw new FatalError('unknown-topic', `${topic} was never migrated`, { cause: error });
    throw error;
  }
}
