export { createEmbeddedLog } from './embedded-log';
export type { EmbeddedLog, EmbeddedLogDeps } from './embedded-log';
export { embeddedLogConfigSchema } from './embedded-log-config';
export type { EmbeddedLogConfig } from './embedded-log-config';
export type { SweepReport } from './sweeper';
