import { createEmbeddedLog, embeddedLogConfigSchema } from '@oopstream/adapter-embedded-log';
import { kafkaConfigSchema, openKafkaLog } from '@oopstream/adapter-kafka';
import type { EventLogAdmin, EventLogReader, EventLogWriter } from '@oopstream/ports';
import type { Config, Opened, ProcessContext } from '@oopstream/runtime';
import { z } from 'zod';
import type { Postgres } from './postgres';

/** Sections that choose and set up the event log. */
export const eventLogSections = {
  log: z.object({
    backend: z
      .enum(['embedded', 'kafka'])
      .default('embedded')
      .describe('`embedded`: in PostgreSQL, on one machine; `kafka`: for fleets.'),
  }),
  embeddedLog: embeddedLogConfigSchema,
  kafka: kafkaConfigSchema,
} as const;

export interface EventLog extends Opened {
  readonly writer: EventLogWriter;
  readonly reader: EventLogReader;
  readonly admin: EventLogAdmin;
}

/** Opens the event log that section `log` names. @throws ConfigError when that one lacks its address */
export function openEventLog(
  config: Config<typeof eventLogSections>,
  context: ProcessContext,
  postgres: Postgres,
): EventLog {
  return config.log.backend === 'kafka'
    ? openKafkaLog(config.kafka, context)
    : createEmbeddedLog(config.embeddedLog, { ...context, pool: postgres.pool() });
}
