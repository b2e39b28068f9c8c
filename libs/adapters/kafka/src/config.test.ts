import { kafkaConfigSchema } from './config';

describe('kafkaConfigSchema', () => {
  it('gives every setting a default that fits the others', () => {
    expect(kafkaConfigSchema.parse({})).toMatchObject({
      brokers: ['127.0.0.1:9092'],
      ssl: false,
      saslMechanism: 'none',
      appendTimeoutMs: 30_000,
      maxPendingRecords: 20_000,
      lingerMs: 0,
    });
  });

  it('takes what a deployment sets and hides the password', () => {
    const config = kafkaConfigSchema.parse({
      brokers: 'a:9092, b:9092',
      ssl: 'true',
      saslMechanism: 'scram-sha-512',
      saslUsername: 'oopstream',
      saslPassword: 'hunter2',
    });
    expect(config.brokers).toEqual(['a:9092', 'b:9092']);
    expect(config.saslPassword?.reveal()).toBe('hunter2');
    expect(JSON.stringify(config)).not.toContain('hunter2');
  });

  it.each([
    [{ brokers: ' ,' }, 'names no broker'],
    [{ saslMechanism: 'plain' }, 'needs saslUsername'],
    [{ heartbeatIntervalMs: '10000', sessionTimeoutMs: '15000' }, 'less than half'],
    [{ replicationFactor: '1', minInsyncReplicas: '2' }, 'must not exceed'],
    [{ maxSendRecords: '0' }, 'Too small'],
  ])('refuses %j', (settings, complaint) => {
    expect(() => kafkaConfigSchema.parse(settings)).toThrow(complaint);
  });
});
