import { flag, list, secret } from '@oopstream/runtime';
import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** Section `kafka`. Acknowledgement by all in-sync replicas and idempotent sends are not settings: the log promises them. */
export const kafkaConfigSchema = z
  .object({
    brokers: list()
      .default(['127.0.0.1:9092'])
      .refine((brokers) => brokers.length > 0, 'names no broker')
      .describe('Brokers to find the others by, host:port, comma-separated.'),
    clientId: z.string().min(1).default('oopstream').describe('Name that brokers log and set quotas by.'),
    ssl: flag().default(false).describe('Whether to talk TLS.'),
    sslCaFile: z.string().optional().describe('File of CA certificates (PEM) instead of the system’s.'),
    saslMechanism: z
      .enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512'])
      .default('none')
      .describe('How to authenticate.'),
    saslUsername: z.string().optional().describe('User, where saslMechanism asks for one.'),
    saslPassword: secret().optional().describe('Password, where saslMechanism asks for one.'),
    connectionTimeoutMs: count(3_000).describe('Longest time to open a connection.'),
    requestTimeoutMs: count(10_000).describe('Longest time to wait for one answer of a broker.'),
    appendTimeoutMs: count(30_000).describe(
      'An append that is not durable by then is given up as log-unavailable.',
    ),
    lingerMs: z.coerce
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe(
        'Time to wait for company before an idle partition’s first send; busy ones gather while sending.',
      ),
    maxSendRecords: count(1_000).describe('Most records in one send.'),
    maxSendBytes: count(1_000_000).describe(
      'Most bytes in one send, before compression; one larger record goes alone.',
    ),
    maxPendingRecords: count(20_000).describe(
      'Most records waiting to be durable; more are refused at once.',
    ),
    maxPendingBytes: count(67_108_864).describe(
      'Most bytes waiting to be durable; more are refused at once.',
    ),
    sessionTimeoutMs: count(15_000).describe(
      'A group member that is silent for so long loses its partitions.',
    ),
    heartbeatIntervalMs: count(2_000).describe('Time between signs of life of a group member.'),
    rebalanceTimeoutMs: count(60_000).describe(
      'Time that members have to finish a batch when the group changes.',
    ),
    fetchWaitMs: count(500).describe('Longest time that a broker holds back an answer for want of records.'),
    retryDelayMs: count(500).describe(
      'Back-off before a batch that failed for infrastructure’s sake comes again.',
    ),
    closeTimeoutMs: count(20_000).describe(
      'Time that a running batch has to finish when its subscription closes.',
    ),
    replicationFactor: count(1).describe(
      'Copies of each partition of topics that migrate creates; 3 in production.',
    ),
    minInsyncReplicas: count(1).describe(
      'Copies that must have a record before it counts as durable; 2 in production.',
    ),
  })
  .refine((config) => config.saslMechanism === 'none' || (config.saslUsername && config.saslPassword), {
    path: ['saslUsername'],
    message: 'saslMechanism needs saslUsername and saslPassword',
  })
  .refine((config) => config.heartbeatIntervalMs * 2 < config.sessionTimeoutMs, {
    path: ['heartbeatIntervalMs'],
    message: 'must be less than half of sessionTimeoutMs',
  })
  .refine((config) => config.minInsyncReplicas <= config.replicationFactor, {
    path: ['minInsyncReplicas'],
    message: 'must not exceed replicationFactor',
  });

export type KafkaConfig = Readonly<z.infer<typeof kafkaConfigSchema>>;
