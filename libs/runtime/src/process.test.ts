import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const RUNTIME = resolve(__dirname, '../dist/index.js');

/** A process of its own, since telemetry and signals belong to a whole process. */
const SCRIPT = `
const { runProcess } = require(${JSON.stringify(RUNTIME)});
void runProcess({
  name: 'probe',
  sections: {},
  start: async (_config, { logger }) => ({
    services: [{
      name: 'probe',
      health: () => ({ ready: true, checks: {} }),
      failed: process.env.FAIL ? Promise.reject(new Error('broke')) : new Promise(() => undefined),
      stop: async () => logger.info('drained'),
    }],
    opened: [{ close: async () => logger.info('closed') }],
  }),
});
`;

async function run(
  env: Record<string, string>,
  args: readonly string[] = [],
  signalAfter?: string,
): Promise<{ code: number | null; output: string }> {
  const settings = { OOPSTREAM_SERVICE_OPS_PORT: '0', OOPSTREAM_SERVICE_OPS_HOST: '127.0.0.1', ...env };
  const child = spawn(process.execPath, ['-e', SCRIPT, '--', ...args], {
    env: { PATH: process.env['PATH'], ...settings },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (signalAfter !== undefined && output.includes(signalAfter)) child.kill('SIGTERM');
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('runProcess', () => {
  it('is tested as built', () => {
    expect(existsSync(RUNTIME)).toBe(true);
  });

  it('drains its services on SIGTERM, closes what it opened after them, and ends well', async () => {
    const { code, output } = await run({}, [], '"started"');
    expect(code).toBe(0);
    const order = ['"starting"', '"started"', '"stopping"', '"drained"', '"closed"', '"stopped"'];
    expect(order.map((word) => output.indexOf(word))).toEqual(
      order.map((word) => output.indexOf(word)).sort((a, b) => a - b),
    );
    expect(order.filter((word) => !output.includes(word))).toEqual([]);
  });

  it('ends with code 1 when a service cannot go on', async () => {
    const { code, output } = await run({ FAIL: '1' });
    expect(code).toBe(1);
    expect(output).toContain('cannot go on');
    expect(output).toContain('"drained"');
  });

  it('says in one line what is wrong with its configuration', async () => {
    const { code, output } = await run({ OOPSTREAM_SERVICE_LOG_LEVL: 'info' });
    expect(code).toBe(2);
    expect(output).toBe(
      'probe: OOPSTREAM_SERVICE_LOG_LEVL: no such setting, did you mean OOPSTREAM_SERVICE_LOG_LEVEL?\n',
    );
  });

  it('prints the schema of its settings', async () => {
    const { code, output } = await run({}, ['--print-config-schema']);
    expect(code).toBe(0);
    expect(Object.keys((JSON.parse(output) as { properties: object }).properties)).toContain(
      'OOPSTREAM_SERVICE_DRAIN_TIMEOUT_MS',
    );
  });
});
