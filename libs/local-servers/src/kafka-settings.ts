import { LOOPBACK } from './loopback';

export interface KafkaNodePorts {
  readonly broker: number;
  readonly controller: number;
}

/** server.properties of one node: broker and controller in one process, small, quick to notice a dead neighbour. */
export function kafkaSettings(id: number, nodes: readonly KafkaNodePorts[], dataDir: string): string {
  const own = nodes[id - 1];
  if (own === undefined) throw new Error(`there is no node ${id} of ${nodes.length}`);
  const copies = nodes.length;
  const inSync = copies === 1 ? 1 : 2;
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': nodes
      .map((node, index) => `${index + 1}@${LOOPBACK}:${node.controller}`)
      .join(','),
    listeners: `PLAINTEXT://${LOOPBACK}:${own.broker},CONTROLLER://${LOOPBACK}:${own.controller}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${own.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDir,
    'auto.create.topics.enable': false,
    'unclean.leader.election.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 2,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 2,
    'group.initial.rebalance.delay.ms': 0,
    // A killed node is fenced, and may come back, after 2 s instead of 9.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 300,
    'controller.quorum.election.timeout.ms': 500,
    'controller.quorum.fetch.timeout.ms': 1_000,
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'message.max.bytes': 8_388_608,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Warnings, and the one line that says the node is up ({@link STARTED_LINE}). */
export const KAFKA_LOGGING = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
`;

export const STARTED_LINE = 'Kafka Server started';
