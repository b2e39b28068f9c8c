import { FatalError } from '@oopstream/ports';
import type { EventLogAdmin, PartitionPosition, ReplayStart, TopicSpec } from '@oopstream/ports';
import type { Admin, Kafka } from 'kafkajs';
import type { AdminConnection } from './admin-connection';
import type { KafkaConfig } from './config';
import { logUnavailable } from './kafka-error';
import { migrateTopics } from './topic-migration';

export interface KafkaAdminOptions {
  readonly config: KafkaConfig;
  readonly client: () => Kafka;
  readonly connection: AdminConnection;
}

export class KafkaAdmin implements EventLogAdmin {
  constructor(private readonly options: KafkaAdminOptions) {}

  async migrate(topics: readonly TopicSpec[]) {
    const created = await this.options.connection.ask('migrating topics', (admin) =>
      migrateTopics(admin, topics, this.options.config),
    );
    return { created };
  }

  positions(topic: string, group: string): Promise<readonly PartitionPosition[]> {
    return this.options.connection.ask(`asking where ${group} is in ${topic}`, async (admin) => {
      // Committed first: the end read afterwards is never before it.
      const committed = await committedOffsets(admin, topic, group);
      const held = await admin.fetchTopicOffsets(topic);
      return held
        .map(({ partition, low, high }) => ({
          topic,
          partition,
          startOffset: Number(low),
          endOffset: Number(high),
          committedOffset: committed.get(partition) ?? null,
        }))
        .sort((left, right) => left.partition - right.partition);
    });
  }

  async seek(group: string, topic: string, to: ReplayStart): Promise<void> {
    const offsets = await this.options.connection.ask(`preparing a replay of ${topic}`, async (admin) => {
      const { groups } = await admin.describeGroups([group]);
      if (groups.some((one) => one.members.length > 0)) throw groupActive(group);
      return offsetsFor(admin, topic, to);
    });
    await this.#commitAsMember(group, topic, offsets);
  }

  close(): Promise<void> {
    return this.options.connection.close();
  }

  /** Offsets of a group are set by a member: so for a moment we are its only one. */
  async #commitAsMember(group: string, topic: string, offsets: ReadonlyMap<number, number>): Promise<void> {
    const consumer = this.options.client().consumer({
      groupId: group,
      maxWaitTimeInMs: 50,
      maxBytesPerPartition: 1,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: () => Promise.resolve(false) },
    });
    try {
      const joined = Promise.withResolvers<readonly number[]>();
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
        joined.resolve(payload.memberAssignment[topic] ?? []),
      );
      consumer.on(consumer.events.CRASH, ({ payload }) => joined.reject(payload.error));
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      // Reads nothing: batches are neither resolved nor committed.
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: () => Promise.resolve(),
      });
      if ((await joined.promise).length < offsets.size) throw groupActive(group);
      await consumer.commitOffsets(
        [...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
      );
    } catch (error) {
      if (error instanceof FatalError) throw error;
      throw logUnavailable(`could not set where ${group} reads ${topic}`, error);
    } finally {
      await consumer.disconnect();
    }
  }
}

async function committedOffsets(
  admin: Admin,
  topic: string,
  group: string,
): Promise<ReadonlyMap<number, number>> {
  const [answer] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const offsets = (answer?.partitions ?? []).map((one) => [one.partition, Number(one.offset)] as const);
  // Negative: none yet, or reset to the earliest.
  return new Map(offsets.filter(([, offset]) => offset >= 0));
}

async function offsetsFor(
  admin: Admin,
  topic: string,
  to: ReplayStart,
): Promise<ReadonlyMap<number, number>> {
  if ('timeMs' in to) {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, to.timeMs);
    return new Map(found.map((one) => [one.partition, Number(one.offset)]));
  }
  const held = await admin.fetchTopicOffsets(topic);
  return new Map(
    held.map((one) => [one.partition, Math.min(Math.max(to.offset, Number(one.low)), Number(one.high))]),
  );
}

function groupActive(group: string): FatalError {
  return new FatalError('group-active', `${group} has members: stop them first`);
}
