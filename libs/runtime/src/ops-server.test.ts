import { startOpsServer } from './ops-server';
import type { RunningService } from './service';

function service(name: string, ready: boolean): RunningService {
  return {
    name,
    health: () => ({ ready, checks: { log: { ok: ready, detail: ready ? 'polls' : 'recovering' } } }),
    failed: new Promise<never>(() => undefined),
    stop: () => Promise.resolve(),
  };
}

async function ask(services: readonly RunningService[], draining: boolean, path: string): Promise<Response> {
  const ops = await startOpsServer({
    host: '127.0.0.1',
    port: 0,
    services: () => services,
    draining: () => draining,
    serveMetrics: (_request, response) => response.end('oopstream_up 1\n'),
  });
  try {
    const response = await fetch(`http://127.0.0.1:${ops.port}${path}`);
    return new Response(await response.text(), { status: response.status });
  } finally {
    await ops.close();
  }
}

describe('ops server', () => {
  it('is ready when every service makes progress', async () => {
    const response = await ask([service('collector', true), service('dedup', true)], false, '/healthz/ready');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      ready: true,
      checks: {
        'collector.log': { ok: true, detail: 'polls' },
        'dedup.log': { ok: true, detail: 'polls' },
      },
    });
  });

  it.each([
    ['one service makes none', [service('collector', true), service('dedup', false)], false],
    ['it is draining', [service('collector', true)], true],
    ['it is starting', [], false],
  ])('is not ready but alive when %s', async (_why, services, draining) => {
    expect((await ask(services, draining, '/healthz/ready')).status).toBe(503);
    expect((await ask(services, draining, '/healthz/live')).status).toBe(200);
  });

  it('serves metrics, and nothing it does not know', async () => {
    expect(await (await ask([], false, '/metrics')).text()).toBe('oopstream_up 1\n');
    expect((await ask([], false, '/secret')).status).toBe(404);
  });
});
