import { startKafka } from '@oopstream/local-servers';
import { systemClock } from '@oopstream/ports';
import { eventLogConformance } from '@oopstream/ports/conformance';
import { createLogger, noMetrics } from '@oopstream/runtime';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaConfigSchema } from './config';
import { openKafkaLog } from './open-kafka-log';
import type { KafkaLog } from './open-kafka-log';

eventLogConformance('kafka', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'oopstream-kafka-'));
  const kafka = await startKafka({ dir, nodes: 1 });
  const logs: KafkaLog[] = [];
  return {
    open: () => {
      const config = kafkaConfigSchema.parse({
        brokers: kafka.brokers.join(','),
        heartbeatIntervalMs: '200',
      });
      const logger = createLogger({ service: 'test', level: process.env['KAFKA_TEST_LOG'] ?? 'silent' });
      const log = openKafkaLog(config, { logger, metrics: noMetrics, clock: systemClock });
      logs.push(log);
      return Promise.resolve(log);
    },
    close: async () => {
      await Promise.all(logs.map((log) => log.close()));
      await kafka.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});
