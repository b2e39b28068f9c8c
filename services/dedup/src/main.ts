import {
  eventLogSections,
  jobsSections,
  openEventLog,
  openJobs,
  openPostgres,
  openStores,
} from '@oopstream/backends';
import { ALERT_QUEUE } from '@oopstream/contracts';
import type { AlertJob } from '@oopstream/contracts';
import { runProcess } from '@oopstream/runtime';
import { dedupConfigSchema } from './config';
import { startDedup } from './start-dedup';

void runProcess({
  name: 'dedup',
  sections: { dedup: dedupConfigSchema, ...eventLogSections, ...jobsSections },
  start: async (config, context) => {
    const postgres = openPostgres(config.postgres, context);
    const log = openEventLog(config, context, postgres);
    const jobs = await openJobs(config, context).openQueue<AlertJob>(ALERT_QUEUE);
    const dedup = await startDedup({
      ...context,
      config: config.dedup,
      reader: log.reader,
      writer: log.writer,
      stores: openStores(postgres),
      jobs,
    });
    return { services: [dedup], opened: [postgres, jobs, log] };
  },
});
