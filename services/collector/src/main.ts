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
  start: async (config, context) => {
    const postgres = openPostgres(config.postgres, context);
    const stores = openStores(postgres);
    const log = openEventLog(config, context, postgres);
    const blobs = await openBlobs(config, context);
    const limiter = openRateLimiter(config, context);
    const collector = await startCollector({
      ...context,
      config: config.collector,
      authenticator: createAuthenticator({ tokens: stores.tokens, clock: context.clock }),
      idempotency: stores.idempotency,
      limiter,
      blobs,
      log: log.writer,
    });
    return { services: [collector], opened: [postgres, limiter, blobs, log] };
  },
});
