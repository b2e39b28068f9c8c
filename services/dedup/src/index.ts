export { dedupConfigSchema } from './config';
export type { DedupConfig } from './config';
export type { DedupDeps } from './deps';
export { startDedup } from './start-dedup';
