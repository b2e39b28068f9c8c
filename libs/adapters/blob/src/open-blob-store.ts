import type { BlobStore, Clock } from '@oopstream/ports';
import type { Logger } from '@oopstream/runtime';
import type { BlobConfig } from './config';
import { openDiskBlobStore } from './disk-blob-store';
import { openS3BlobStore } from './s3-blob-store';

export interface BlobStoreDeps {
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Opens the blob store that section `blob` names.
 * @throws RetryableError `blob-unavailable` when the directory, or a bucket to be created, cannot be made.
 */
export async function openBlobStore(config: BlobConfig, deps: BlobStoreDeps): Promise<BlobStore> {
  const nowMs = (): number => deps.clock.nowMs();
  return config.backend === 'disk'
    ? openDiskBlobStore(config, { nowMs })
    : openS3BlobStore(config, { logger: deps.logger, nowMs });
}
