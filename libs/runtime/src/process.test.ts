import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';

const RUNTIME = resolve(__dirname, '../dist/index.js');
const PORTS = resolve(__dirname, '../../ports/dist/index.js');

/** A process of its own, since telemetry and signals belong to a whole process. */
const SCRIPT = `
const { ConfigError, runProcess } = require(${JSON.stringify(RUNTIME)});
const { RetryableError } = require(${JSON.stringify(PORTS)});
let starts = 0;
void runProcess({
  name: 'probe',
  sections: {},
  start: async (_config, { logger }, open) => {
    open({ close: async () => logger.info('closed') });
    starts += 1;
    if (process.env.MISCONFIGURED) throw new ConfigError('OOPSTREAM_POSTGRES_URL: needed');
    if (starts <= Number(process.env.AWAY ?? 0)) throw new RetryableError('log-unavailable', 'no leader');
    const service = (name, stop) => ({
      name,
      health: () => ({ ready: true, checks: {} }),
      failed: process.env.FAIL ? Promise.reject(new Error('broke')) : new Promise(() => undefined),
      stop,
    });
    return [
      service('intake', async () => {
        if (process.env.STUBBORN) throw new Error('will not stop');
        logger.info('intake drained');
      }),
      service('probe', async () => logger.info('drained')),
    ];
  },
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
  let signalled = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (signalled || signalAfter === undefined || !output.includes(signalAfter)) return;
      // Once: a process that has let go of its handlers would die of a second one.
      signalled = true;
      child.kill('SIGTERM');
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
    const order = [
      '"starting"',
      '"started"',
      '"stopping"',
      '"intake drained"',
      '"drained"',
      '"closed"',
      '"stopped"',
    ];
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

  it('says in one line what only starting finds wrong with it, and closes what was opened', async () => {
    const { code, output } = await run({ MISCONFIGURED: '1' });
    expect(code).toBe(2);
    // Two streams: which of them is heard first is not told.
    expect(output).toMatch(/^probe: OOPSTREAM_POSTGRES_URL: needed$/m);
    expect(output).not.toContain('ConfigError');
    expect(output).toContain('"closed"');
  });

  it('says which port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await run({ OOPSTREAM_SERVICE_OPS_PORT: String(port) });
    taken.close();
    expect(code).toBe(2);
    expect(output).toMatch(/^probe: OOPSTREAM_SERVICE_OPS_PORT: .*EADDRINUSE.*$/m);
  });

  it('waits for what is away: closes what it had opened and starts again', async () => {
    const { code, output } = await run({ AWAY: '2' }, [], '"started"');
    expect(code).toBe(0);
    expect(output.split('"reason":"log-unavailable"')).toHaveLength(3);
    expect(output.split('"closed"')).toHaveLength(4);
    expect(output.indexOf('not started yet')).toBeLessThan(output.indexOf('"started"'));
  });

  it('ends with code 1 when that takes too long', async () => {
    const { code, output } = await run({ AWAY: '99', OOPSTREAM_SERVICE_START_TIMEOUT_MS: '100' });
    expect(code).toBe(1);
    expect(output).toContain('cannot go on');
  });

  it('stops while it waits', async () => {
    const { code, output } = await run({ AWAY: '99' }, [], 'not started yet');
    expect(code).toBe(0);
    expect(output).not.toContain('"started"');
    expect(output).toContain('"stopped"');
  });

  it('stops the others and closes everything when one does not stop, and says so', async () => {
    const { code, output } = await run({ STUBBORN: '1' }, [], '"started"');
    expect(code).toBe(1);
    expect(output).toContain('will not stop');
    expect(output).toContain('"drained"');
    expect(output).toContain('"closed"');
  });

  it('prints the schema of its settings', async () => {
    const { code, output } = await run({}, ['--print-config-schema']);
    expect(code).toBe(0);
    expect(Object.keys((JSON.parse(output) as { properties: object }).properties)).toContain(
      'OOPSTREAM_SERVICE_DRAIN_TIMEOUT_MS',
    );
  });
});
