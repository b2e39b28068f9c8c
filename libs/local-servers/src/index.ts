export type { LocalServer } from './local-server';
export { fallbackDir } from './postgres-user';
export { startPostgres } from './start-postgres';
export type { PostgresOptions } from './start-postgres';
export { startRedis } from './start-redis';
export type { RedisOptions } from './start-redis';
