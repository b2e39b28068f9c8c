import {
  eventLogSections,
  jobsSections,
  openEventLog,
  openJobs,
  openPostgres,
  openStores,
} from '@oopstream/backends';
import { ALERT_QUEUE } from '@oopstream/contracts';
import { runTask } from '@oopstream/runtime';
import { migrateConfigSchema } from './config';
import { migrateAll } from './migrate-all';

void runTask({
  name: 'migrate',
  sections: { migrate: migrateConfigSchema, ...eventLogSections, ...jobsSections },
  run: async (config, context) => {
    const postgres = openPostgres(config.postgres, context);
    const log = openEventLog(config, context, postgres);
    try {
      await migrateAll({
        ...context,
        config: config.migrate,
        stores: openStores(postgres),
        logAdmin: log.admin,
      });
      // Opening a queue makes its tables where it has any.
      await (await openJobs(config, context).openQueue(ALERT_QUEUE)).close();
    } finally {
      await log.close();
      await postgres.close();
    }
  },
});
