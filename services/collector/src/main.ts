import {
  blobSections,
  eventLogSections,
  limiterSections,
  openBlobs,
  openEventLog,
  openPostgres,
  openRateLimiter,
  openStores,
  postgresSection,
} from '@oopstream/backends';
import { createAuthenticator, runProcess } from '@oopstream/runtime';
import { collectorConfigSchema } from './config';
import { startCollector } from './start-collector';

void runProcess({
  name: 'collector',
  sections: {
    collector: collectorConfigSchema,
    postgres: postgresSection,
    ...eventLogSections,
    ...blobSections,
    ...limiterSections,
  },
  start: async (config, context, open) => {
    const postgres = open(openPostgres(config.postgres, context));
    const stores = openStores(postgres);
    const log = open(openEventLog(config, context, postgres));
    const blobs = open(await openBlobs(config, context));
    const limiter = open(openRateLimiter(config, context));
    const collector = await startCollector({
      ...context,
      config: config.collector,
      authenticator: createAuthenticator({ tokens: stores.tokens, clock: context.clock }),
      idempotency: stores.idempotency,
      limiter,
      blobs,
      log: log.writer,
    });
    return [collector];
  },
});
