import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';
import { CONSOLE_CSP } from './console-files';

const HTML = { accept: 'text/html,application/xhtml+xml' };

describe('the console', () => {
  let bench: ApiBench;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'console-'));
    mkdirSync(path.join(dir, 'assets'));
    writeFileSync(path.join(dir, 'index.html'), '<!doctype html><title>console</title>');
    writeFileSync(path.join(dir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(path.join(dir, 'assets', 'app-1a2b.js'), 'export {};');
    bench = await openApiBench({ consoleDir: dir });
  });
  afterAll(async () => {
    await bench.app.close();
    rmSync(dir, { recursive: true });
  });
  const ask = (url: string, headers = {}, method: 'GET' | 'HEAD' | 'POST' | 'PUT' = 'GET') =>
    bench.app.inject({ method, url, headers });

  it.each(['/', '/incidents', '/incidents/OOPS-42?tab=crashes', '/incidents/OOPS-42/'])(
    'answers a browser at %s with its page, never from a stale cache',
    async (url) => {
      const answer = await ask(url, HTML);
      expect([answer.statusCode, answer.body]).toEqual([200, '<!doctype html><title>console</title>']);
      expect(answer.headers).toMatchObject({
        'content-security-policy': CONSOLE_CSP,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
      expect(answer.headers['etag']).toBeDefined();
    },
  );

  it('lets hashed assets be kept for ever and checks the others again', async () => {
    const asset = await ask('/assets/app-1a2b.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toContain('javascript');
    const icon = await ask('/favicon.svg');
    expect(icon.headers['cache-control']).toBe('no-cache');
    const again = await ask('/favicon.svg', { 'if-none-match': icon.headers['etag'] });
    expect(again.statusCode).toBe(304);
  });

  it.each([
    ['/assets/app-0000.js', HTML],
    ['/missing.png', HTML],
    ['/v1/nothing', HTML],
    ['/incidents', { accept: 'application/json' }],
    ['/..%2f..%2fetc%2fpasswd', { accept: '*/*' }],
  ])('answers %s asked with %j with a problem, not with the page', async (url, headers) => {
    const answer = await ask(url, headers);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.json()).toMatchObject({ reason: 'not-found' });
  });

  it('tells a wrong method from a wrong path', async () => {
    const answer = await ask('/v1/incidents', {}, 'PUT');
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect(answer.json()).toMatchObject({ reason: 'method-not-allowed' });
    expect((await ask('/v1/nothing', {}, 'POST')).statusCode).toBe(404);
  });

  it('opens itself to no other origin', async () => {
    const answer = await ask('/v1/whoami', { origin: 'https://evil.example' });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('says how to build it when the build is not there, and serves the API all the same', async () => {
    const bare = await openApiBench({ consoleDir: path.join(dir, 'nowhere') });
    const page = await bare.app.inject('/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('npm run build');
    expect((await bare.get('/v1/whoami', await bare.token(['read']))).statusCode).toBe(200);
    await bare.app.close();
  });
});
