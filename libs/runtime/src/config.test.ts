import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { z } from 'zod';
import { ConfigError, describeConfig, flag, list, loadConfig, redact, variableName } from './config';
import { secret } from './secret';

const sections = {
  kafka: z.object({
    brokers: list(),
    useTls: flag().default(false),
    sendTimeoutMs: z.coerce.number().int().min(1).default(30_000),
    password: secret().optional(),
  }),
};

function complaint(env: Record<string, string>): string {
  try {
    loadConfig(sections, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('loadConfig', () => {
  it('reads each setting from its variable and fills in defaults', () => {
    const config = loadConfig(sections, {
      OOPSTREAM_KAFKA_BROKERS: 'a:9092, b:9092',
      OOPSTREAM_KAFKA_USE_TLS: 'yes',
      HOME: '/root',
    });
    expect(config.kafka).toEqual({ brokers: ['a:9092', 'b:9092'], useTls: true, sendTimeoutMs: 30_000 });
    expect(Object.isFrozen(config) && Object.isFrozen(config.kafka)).toBe(true);
  });

  it('names the nearest known setting for an unknown one', () => {
    expect(complaint({ OOPSTREAM_KAFKA_BROKERS: 'a:1', OOPSTREAM_KAFKA_BROKER: 'a:1' })).toBe(
      'OOPSTREAM_KAFKA_BROKER: no such setting, did you mean OOPSTREAM_KAFKA_BROKERS?',
    );
  });

  it('complains of everything at once, a line each', () => {
    const lines = complaint({ OOPSTREAM_KAFKA_SEND_TIMEOUT_MS: '0', OOPSTREAM_KAFKA_USE_TLS: 'maybe' });
    expect(lines.split('\n').map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining([
        'OOPSTREAM_KAFKA_BROKERS',
        'OOPSTREAM_KAFKA_SEND_TIMEOUT_MS',
        'OOPSTREAM_KAFKA_USE_TLS',
      ]),
    );
  });

  it('reads a secret from a file and never prints it', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'oopstream-config-')), 'password');
    writeFileSync(file, 'hunter2\n');
    const config = loadConfig(sections, {
      OOPSTREAM_KAFKA_BROKERS: 'a:1',
      OOPSTREAM_KAFKA_PASSWORD_FILE: file,
    });
    expect(config.kafka.password?.reveal()).toBe('hunter2');
    expect(
      `${String(config.kafka.password)} ${JSON.stringify(redact(config))} ${inspect(config)}`,
    ).not.toContain('hunter2');
  });

  it('refuses a secret given twice and a file that is not there', () => {
    const lines = complaint({
      OOPSTREAM_KAFKA_BROKERS: 'a:1',
      OOPSTREAM_KAFKA_PASSWORD: 'x',
      OOPSTREAM_KAFKA_PASSWORD_FILE: '/nonexistent/file',
    });
    expect(lines).toContain('OOPSTREAM_KAFKA_PASSWORD: set both itself and by OOPSTREAM_KAFKA_PASSWORD_FILE');
    expect(lines).toMatch(/OOPSTREAM_KAFKA_PASSWORD_FILE: .*ENOENT/);
  });
});

describe('describeConfig', () => {
  it('gives a JSON Schema over the variables', () => {
    expect(describeConfig(sections)).toMatchObject({
      type: 'object',
      required: ['OOPSTREAM_KAFKA_BROKERS'],
      properties: { OOPSTREAM_KAFKA_SEND_TIMEOUT_MS: { default: 30_000 } },
    });
  });

  it('shows the default of a flag and of a list as one would write it', () => {
    const schema = z.object({
      useTls: flag().default(false).describe('Whether to talk TLS.'),
      brokers: list()
        .default(['a:1', 'b:2'])
        .refine((brokers) => brokers.length > 0),
    });
    expect(describeConfig({ kafka: schema })).toMatchObject({
      properties: {
        OOPSTREAM_KAFKA_USE_TLS: { type: 'boolean', default: false, description: 'Whether to talk TLS.' },
        OOPSTREAM_KAFKA_BROKERS: { type: 'string', default: 'a:1,b:2' },
      },
    });
  });

  it('turns camel case into the words of a variable', () => {
    expect(variableName('blobStore', 'maxSizeBytes')).toBe('OOPSTREAM_BLOB_STORE_MAX_SIZE_BYTES');
  });
});
