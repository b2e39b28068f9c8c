import { FatalError } from '@oopstream/ports';
import type { TopicSpec } from '@oopstream/ports';
import { ConfigResourceTypes } from 'kafkajs';
import type { Admin, DescribeConfigResponse } from 'kafkajs';
import type { KafkaConfig } from './config';
import { BATCH_OVERHEAD_BYTES } from './topic-directory';

type Settings = ReadonlyMap<string, string>;

/** Where a topic's setting was set on the topic itself (`DescribeConfigsResponse.ConfigSource.TOPIC_CONFIG`). */
const SET_ON_TOPIC = 1;

interface HeldTopic {
  readonly partitions: number;
  /** In force, whoever set them. */
  readonly settings: Settings;
  /** Set on the topic itself. */
  readonly own: Settings;
}

/** @returns the topics that were created. @throws FatalError `topic-mismatch`, before anything was changed */
export async function migrateTopics(
  admin: Admin,
  specs: readonly TopicSpec[],
  config: KafkaConfig,
): Promise<readonly string[]> {
  const held = await describeTopics(admin, specs);
  for (const spec of specs) refuseMismatch(spec, held.get(spec.name));
  const created: string[] = [];
  for (const spec of specs) {
    const topic = held.get(spec.name);
    if (topic !== undefined) await raise(admin, spec, topic);
    else if (await create(admin, spec, config)) created.push(spec.name);
  }
  return created;
}

async function describeTopics(
  admin: Admin,
  specs: readonly TopicSpec[],
): Promise<ReadonlyMap<string, HeldTopic>> {
  const existing = new Set(await admin.listTopics());
  const names = specs.map((spec) => spec.name).filter((name) => existing.has(name));
  if (names.length === 0) return new Map();
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  return new Map(
    topics.map((topic) => {
      const entries = resources.find((one) => one.resourceName === topic.name)?.configEntries ?? [];
      return [topic.name, { partitions: topic.partitions.length, ...readSettings(entries) }];
    }),
  );
}

function readSettings(entries: DescribeConfigResponse['resources'][number]['configEntries']) {
  const own = entries.filter((entry) => Number(entry.configSource) === SET_ON_TOPIC);
  return {
    settings: new Map(entries.map((entry) => [entry.configName, entry.configValue])),
    own: new Map(own.map((entry) => [entry.configName, entry.configValue])),
  };
}

function refuseMismatch(spec: TopicSpec, held: HeldTopic | undefined): void {
  if (held === undefined) return;
  const cleanup = held.settings.get('cleanup.policy');
  if (held.partitions > spec.partitions)
    throw new FatalError(
      'topic-mismatch',
      `${spec.name} has ${held.partitions} partitions, more than ${spec.partitions}`,
    );
  if (cleanup !== spec.cleanup)
    throw new FatalError('topic-mismatch', `${spec.name} cleans up by ${cleanup}, not ${spec.cleanup}`);
}

/** @returns false when somebody else was quicker. */
function create(admin: Admin, spec: TopicSpec, config: KafkaConfig): Promise<boolean> {
  const settings = {
    'cleanup.policy': spec.cleanup,
    'retention.ms': String(spec.retentionMs),
    'max.message.bytes': String(spec.maxRecordBytes + BATCH_OVERHEAD_BYTES),
    // Batches stay as the producer compressed them.
    'compression.type': 'producer',
    // The port's appendedAtMs, and replay by time, are the log's clock, not a client's.
    'message.timestamp.type': 'LogAppendTime',
    'min.insync.replicas': String(config.minInsyncReplicas),
    'unclean.leader.election.enable': 'false',
  };
  return admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor: config.replicationFactor,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      },
    ],
  });
}

/** Never lowers: what operators raised by hand stays. */
async function raise(admin: Admin, spec: TopicSpec, held: HeldTopic): Promise<void> {
  if (held.partitions < spec.partitions)
    await admin.createPartitions({ topicPartitions: [{ topic: spec.name, count: spec.partitions }] });
  const raised = new Map(held.own);
  raiseTo(raised, held.settings, 'retention.ms', spec.retentionMs);
  raiseTo(raised, held.settings, 'max.message.bytes', spec.maxRecordBytes + BATCH_OVERHEAD_BYTES);
  if ([...raised].every(([name, value]) => held.own.get(name) === value)) return;
  // This call replaces everything set on the topic, so everything goes along.
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name: spec.name,
        configEntries: [...raised].map(([name, value]) => ({ name, value })),
      },
    ],
  });
}

function raiseTo(raised: Map<string, string>, inForce: Settings, name: string, wanted: number): void {
  const value = Number(inForce.get(name));
  // Retention -1 is for ever.
  if (value >= 0 && value < wanted) raised.set(name, String(wanted));
}
