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
  webhookAddressPolicy,
  webhookSections,
} from '@oopstream/backends';
import { createAuthenticator, runProcess } from '@oopstream/runtime';
import { apiConfigSchema } from './config';
import { startApi } from './start-api';

void runProcess({
  name: 'api',
  sections: {
    api: apiConfigSchema,
    postgres: postgresSection,
    ...eventLogSections,
    ...blobSections,
    ...limiterSections,
    ...webhookSections,
  },
  start: async (config, context, open) => {
    const postgres = open(openPostgres(config.postgres, context));
    const stores = openStores(postgres);
    const log = open(openEventLog(config, context, postgres));
    const blobs = open(await openBlobs(config, context));
    const api = await startApi(
      {
        ...context,
        ...stores,
        authenticator: createAuthenticator({ tokens: stores.tokens, clock: context.clock }),
        logAdmin: log.admin,
        blobs,
        limiter: open(openRateLimiter(config, context)),
        refuseWebhookUrl: webhookAddressPolicy(config),
      },
      config.api,
    );
    return [api];
  },
});
