export { standaloneConfigSchema } from './config';
export type { StandaloneConfig } from './config';
