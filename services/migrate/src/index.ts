export { migrateConfigSchema } from './config';
export type { MigrateConfig } from './config';
export { migrateAll } from './migrate-all';
export type { MigrateDeps } from './migrate-all';
