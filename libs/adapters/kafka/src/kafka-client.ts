import type { Logger } from '@oopstream/runtime';
import { Kafka, logLevel } from 'kafkajs';
import type { KafkaConfig as ClientOptions, RetryOptions, SASLOptions } from 'kafkajs';
import { readFileSync } from 'node:fs';
import type { KafkaConfig } from './config';
import { registerZstd } from './zstd-codec';

/**
 * Retries inside kafkajs are few and quick: who calls it retries, with what it knows of its own deadline.
 * Every field is given, because kafkajs takes other defaults under NODE_ENV=test.
 */
const RETRY: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  multiplier: 2,
  factor: 0,
  retries: 3,
};

/**
 * A client of its own for each producer, consumer and admin: kafkajs keeps one cache of committed offsets a client and
 * group, which two consumers of a group would spoil for each other.
 */
export function createKafkaClient(config: KafkaConfig, logger: Logger): Kafka {
  registerZstd();
  const sasl = saslOptions(config);
  const options: ClientOptions = {
    brokers: [...config.brokers],
    clientId: config.clientId,
    connectionTimeout: config.connectionTimeoutMs,
    requestTimeout: config.requestTimeoutMs,
    authenticationTimeout: config.requestTimeoutMs,
    retry: RETRY,
    logLevel: logLevel.WARN,
    // What kafkajs calls errors are attempts that it or we repeat.
    logCreator:
      () =>
      ({ namespace, level, log }) =>
        logger[level <= logLevel.WARN ? 'warn' : 'debug']({ kafkajs: namespace, ...log }, log.message),
  };
  if (config.ssl) options.ssl = config.sslCaFile === undefined || { ca: readFileSync(config.sslCaFile) };
  if (sasl !== null) options.sasl = sasl;
  return new Kafka(options);
}

function saslOptions(config: KafkaConfig): SASLOptions | null {
  if (config.saslMechanism === 'none') return null;
  return {
    mechanism: config.saslMechanism,
    username: config.saslUsername ?? '',
    password: config.saslPassword?.reveal() ?? '',
  };
}
