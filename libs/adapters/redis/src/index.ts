export { redisConfigSchema } from './redis-config';
export type { RedisConfig } from './redis-config';
export { connectRedis } from './redis-connection';
export type { ConnectOptions } from './redis-connection';
export { createRedisRateLimiter } from './redis-rate-limiter';
export type { RedisRateLimiterDeps } from './redis-rate-limiter';
