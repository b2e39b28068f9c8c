export { createFakeClock } from './fake-clock';
export type { FakeClock } from './fake-clock';
export { freshDatabase } from './fresh-database';
export type { DatabaseTemplate, FreshDatabase } from './fresh-database';
export { postgresUrl, redisUrl, s3Url } from './server-addresses';
export { addressVariable, startTestServers } from './test-servers';
export type { TestServerName, TestServers } from './test-servers';
export { until } from './until';
export type { UntilOptions } from './until';
