import { blobConfigSchema, openBlobStore } from '@oopstream/adapter-blob';
import type { BlobStore } from '@oopstream/ports';
import type { Config, ProcessContext } from '@oopstream/runtime';

/** Section that chooses and sets up the blob store. */
export const blobSections = { blob: blobConfigSchema } as const;

/** @throws RetryableError `blob-unavailable` when directory or bucket cannot be made */
export function openBlobs(config: Config<typeof blobSections>, context: ProcessContext): Promise<BlobStore> {
  return openBlobStore(config.blob, context);
}
