export { migrate, runMigrations } from './migrate';
export type { Migration } from './migrate';
export { createPool, postgresConfigSchema } from './pool';
export type { PostgresConfig, PostgresPool, Sql, Transaction } from './pool';
export { createIncidentQueries } from './queries/create-incident-queries';
