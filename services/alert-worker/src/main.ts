import {
  jobsSections,
  openJobs,
  openPostgres,
  openStores,
  openWebhookSender,
  webhookSections,
} from '@oopstream/backends';
import { ALERT_QUEUE } from '@oopstream/contracts';
import type { AlertJob } from '@oopstream/contracts';
import { runProcess } from '@oopstream/runtime';
import { alertConfigSchema } from './config';
import { startAlertWorker } from './start-alert-worker';

void runProcess({
  name: 'alert-worker',
  sections: { alert: alertConfigSchema, ...jobsSections, ...webhookSections },
  start: async (config, context, open) => {
    const postgres = open(openPostgres(config.postgres, context));
    const jobs = openJobs(config, context);
    const queue = open(await jobs.openQueue<AlertJob>(ALERT_QUEUE));
    const sender = open(openWebhookSender(config, context));
    const worker = await startAlertWorker({
      ...context,
      config: config.alert,
      deliveries: openStores(postgres).deliveries,
      queue,
      source: jobs.source<AlertJob>(ALERT_QUEUE),
      sender,
    });
    return [worker];
  },
});
