export { kafkaConfigSchema } from './config';
export type { KafkaConfig } from './config';
export { openKafkaLog } from './open-kafka-log';
export type { KafkaLog, KafkaLogDeps } from './open-kafka-log';
export { benchKafkaLog } from './kafka-bench';
export type { KafkaBenchOptions, KafkaBenchResult } from './kafka-bench';
