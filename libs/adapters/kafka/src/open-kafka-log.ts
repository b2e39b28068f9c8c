import type { Clock, EventLogAdmin, EventLogReader, EventLogWriter } from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import { AdminConnection } from './admin-connection';
import type { KafkaConfig } from './config';
import { IdempotentProducers } from './idempotent-producers';
import { KafkaAdmin } from './kafka-admin';
import { createKafkaClient } from './kafka-client';
import { KafkaSubscription } from './kafka-subscription';
import { KafkaWriter } from './kafka-writer';
import { TopicDirectory } from './topic-directory';

export interface KafkaLogDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** The event log on Kafka, as one process holds it. */
export interface KafkaLog {
  readonly writer: EventLogWriter;
  readonly reader: EventLogReader;
  readonly admin: EventLogAdmin;
  /** Lets go of every connection; subscriptions are closed by who opened them. */
  close(): Promise<void>;
}

/**
 * Opens no connection before the first use, and opens lost ones again. Records are acknowledged by all in-sync
 * replicas; how appends reach Kafka without loss is told in docs/decisions/0002-kafka-sender.md.
 */
export function openKafkaLog(config: KafkaConfig, deps: KafkaLogDeps): KafkaLog {
  const { clock, logger, metrics } = deps;
  const client = () => createKafkaClient(config, logger);
  const connection = new AdminConnection(client);
  const writer = new KafkaWriter({
    config,
    directory: new TopicDirectory(connection, clock, logger),
    producers: new IdempotentProducers(client, config.requestTimeoutMs, logger),
    clock,
    logger,
    metrics,
  });
  const admin = new KafkaAdmin({ config, client, connection });
  return {
    writer,
    admin,
    reader: {
      subscribe: (options) =>
        Promise.resolve(
          new KafkaSubscription({ config, client, admin: connection, clock, logger, metrics }, options),
        ),
    },
    close: async () => {
      await writer.close();
      await admin.close();
    },
  };
}
