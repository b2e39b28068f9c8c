import {
  blobSections,
  eventLogSections,
  jobsSections,
  openBlobs,
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
  sections: { dedup: dedupConfigSchema, ...eventLogSections, ...jobsSections, ...blobSections },
  start: async (config, context, open) => {
    const postgres = open(openPostgres(config.postgres, context));
    const log = open(openEventLog(config, context, postgres));
    const blobs = open(await openBlobs(config, context));
    const jobs = open(await openJobs(config, context).openQueue<AlertJob>(ALERT_QUEUE));
    const dedup = await startDedup({
      ...context,
      config: config.dedup,
      reader: log.reader,
      writer: log.writer,
      stores: openStores(postgres),
      jobs,
      blobs,
    });
    return [dedup];
  },
});
