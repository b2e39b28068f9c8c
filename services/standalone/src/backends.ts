import { join } from 'node:path';
import {
  openBlobs,
  openDisassembler,
  openEventLog,
  openJobs,
  openPostgres,
  openRateLimiter,
  openStores,
  openWebhookSender,
} from '@oopstream/backends';
import type { EventLog, Stores } from '@oopstream/backends';
import { ALERT_QUEUE } from '@oopstream/contracts';
import type { AlertJob } from '@oopstream/contracts';
import type { Config, Open, ProcessContext } from '@oopstream/runtime';
import type { standaloneSections } from './sections';

export type StandaloneSettings = Config<typeof standaloneSections>;

/** What has to be brought up to date before anything else opens. */
export interface Storage {
  readonly stores: Stores;
  readonly log: EventLog;
}

export function openStorage(config: StandaloneSettings, context: ProcessContext, open: Open): Storage {
  const postgres = open(openPostgres(config.postgres, context));
  return { stores: openStores(postgres), log: open(openEventLog(config, context, postgres)) };
}

/** What the services of one process share. */
export type Backends = Awaited<ReturnType<typeof openBackends>>;

/** Opens everything else that the sections name. @param dir where bodies lie */
export async function openBackends(
  config: StandaloneSettings,
  dir: string,
  context: ProcessContext,
  storage: Storage,
  open: Open,
) {
  const jobs = openJobs(config, context);
  return {
    ...storage,
    blobs: open(await openBlobs({ blob: { ...config.blob, dir: join(dir, 'blobs') } }, context)),
    disassemble: await openDisassembler(),
    queue: open(await jobs.openQueue<AlertJob>(ALERT_QUEUE)),
    source: jobs.source<AlertJob>(ALERT_QUEUE),
    limiter: open(openRateLimiter(config, context)),
    sender: open(openWebhookSender(config, context)),
  };
}
