export { blobConfigSchema } from './config';
export type { BlobConfig } from './config';
export { openBlobStore } from './open-blob-store';
export type { BlobStoreDeps } from './open-blob-store';
