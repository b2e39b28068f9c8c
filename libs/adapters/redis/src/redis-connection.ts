import { ConfigError } from '@oopstream/runtime';
import type { Logger } from '@oopstream/runtime';
import { Redis } from 'ioredis';
import type { RedisConfig } from './redis-config';

const RECONNECT_MS = { first: 50, most: 2_000 };

export interface ConnectOptions {
  readonly logger: Logger;
  /**
   * How often a command is sent again over new connections before it fails; `null` for ever, as job workers want.
   * With a number, commands also fail at once while there is no connection, and after `commandTimeoutMs`.
   */
  readonly maxRetriesPerRequest: number | null;
}

/**
 * Connects to Redis, again and again for as long as it has to; trouble is logged once an outage.
 * @throws ConfigError when the section has no url
 */
export function connectRedis(config: RedisConfig, options: ConnectOptions): Redis {
  if (config.url === undefined) throw new ConfigError('OOPSTREAM_REDIS_URL: needed where a backend is redis');
  const isPatient = options.maxRetriesPerRequest === null;
  const redis = new Redis(config.url.reveal(), {
    connectTimeout: config.connectTimeoutMs,
    maxRetriesPerRequest: options.maxRetriesPerRequest,
    enableOfflineQueue: isPatient,
    ...(!isPatient && { commandTimeout: config.commandTimeoutMs }),
    retryStrategy: (times) => Math.min(RECONNECT_MS.first * times, RECONNECT_MS.most),
  });
  let isAway = false;
  redis.on('error', ({ message }: Error) => {
    if (!isAway) options.logger.warn({ reason: message }, 'Redis is away');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) options.logger.info('Redis is back');
    isAway = false;
  });
  return redis;
}
