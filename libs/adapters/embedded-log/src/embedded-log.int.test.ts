import { createPool, postgresConfigSchema } from '@oopstream/adapter-postgres';
import { systemClock } from '@oopstream/ports';
import { eventLogConformance } from '@oopstream/ports/conformance';
import { createLogger, noMetrics } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import { createEmbeddedLog } from './embedded-log';
import type { EmbeddedLog } from './embedded-log';
import { embeddedLogConfigSchema } from './embedded-log-config';

const logger = createLogger({ service: 'test', level: 'silent' });

eventLogConformance('embedded', async () => {
  const database = await freshDatabase();
  const processes: { readonly log: EmbeddedLog; close(): Promise<void> }[] = [];
  return {
    async open() {
      const pool = createPool(postgresConfigSchema.parse({ url: database.connectionString }), { logger });
      const deps = { pool, logger, metrics: noMetrics, clock: systemClock };
      const log = createEmbeddedLog(embeddedLogConfigSchema.parse({}), deps);
      processes.push({
        log,
        close: async () => {
          await log.close();
          await pool.close();
        },
      });
      return log;
    },
    async close() {
      await Promise.all(processes.map((one) => one.close()));
      await database.drop();
    },
  };
});
