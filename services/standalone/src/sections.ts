import { alertConfigSchema } from '@oopstream/alert-worker';
import { apiConfigSchema } from '@oopstream/api';
import {
  blobSections,
  eventLogSections,
  jobsSections,
  limiterSections,
  webhookSections,
} from '@oopstream/backends';
import { collectorConfigSchema } from '@oopstream/collector';
import { dedupConfigSchema } from '@oopstream/dedup';
import { fingerprintConfigSchema } from '@oopstream/fingerprint-worker';
import { standaloneConfigSchema } from './config';

const address = { host: true, port: true } as const;

/**
 * Every setting of every service, but for addresses and directories: those follow from section `standalone`. The
 * backends are the embedded ones unless set otherwise.
 */
export const standaloneSections = {
  standalone: standaloneConfigSchema,
  collector: collectorConfigSchema.omit(address),
  fingerprint: fingerprintConfigSchema,
  dedup: dedupConfigSchema.omit({ consoleUrl: true }),
  alert: alertConfigSchema,
  api: apiConfigSchema.omit(address),
  ...eventLogSections,
  ...jobsSections,
  ...limiterSections,
  ...webhookSections,
  ...blobSections,
  blob: blobSections.blob.omit({ dir: true }),
} as const;
