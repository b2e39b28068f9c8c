import { TOKEN_SCOPES } from '@oopstream/ports';
import type { TokenScope } from '@oopstream/ports';
import fastify from 'fastify';
import { openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';
import { requireTokens } from './authorization';

type Need = TokenScope | 'any' | 'public';

/** Every route there is and the scope that it asks for: a new one must be put down here. */
const ROUTES: readonly (readonly [method: 'GET' | 'POST' | 'DELETE', path: string, need: Need])[] = [
  ['GET', '/v1/incidents', 'read'],
  ['GET', '/v1/incidents/:number', 'read'],
  ['POST', '/v1/incidents/:number/resolve', 'admin'],
  ['POST', '/v1/incidents/:number/reopen', 'admin'],
  ['GET', '/v1/incidents/:number/crashes', 'read'],
  ['GET', '/v1/crashes/:id', 'read'],
  ['GET', '/v1/transcripts', 'read'],
  ['POST', '/v1/transcripts/raw', 'raw'],
  ['GET', '/v1/transcripts/:id', 'read'],
  ['GET', '/v1/transcripts/:id/raw', 'raw'],
  ['POST', '/v1/census', 'ingest'],
  ['GET', '/v1/census', 'read'],
  ['GET', '/v1/census/hosts/:id', 'read'],
  ['GET', '/v1/rates', 'read'],
  ['GET', '/v1/gate', 'read'],
  ['POST', '/v1/incidents/:number/obsolete', 'admin'],
  ['POST', '/v1/incidents/:number/acknowledge', 'admin'],
  ['POST', '/v1/incidents/:number/assign', 'admin'],
  ['POST', '/v1/incidents/:number/mute', 'admin'],
  ['POST', '/v1/incidents/:number/unmute', 'admin'],
  ['GET', '/v1/fixes', 'read'],
  ['POST', '/v1/fixes', 'admin'],
  ['DELETE', '/v1/fixes/:id', 'admin'],
  ['GET', '/v1/incidents/:number/history', 'read'],
  ['GET', '/v1/incidents/:number/patterns', 'read'],
  ['GET', '/v1/incidents/:number/rates', 'read'],
  ['POST', '/v1/incidents/:number/merge', 'admin'],
  ['POST', '/v1/incidents/:number/split', 'admin'],
  ['GET', '/v1/crashes/:id/proof', 'read'],
  ['POST', '/v1/crashes/:id/pin', 'admin'],
  ['POST', '/v1/crashes/:id/unpin', 'admin'],
  ['POST', '/v1/keys/:groupKey/pin', 'admin'],
  ['POST', '/v1/keys/:groupKey/unpin', 'admin'],
  ['GET', '/v1/decisions', 'read'],
  ['POST', '/v1/decisions/:id/undo', 'admin'],
  ['GET', '/v1/hosts/:id', 'read'],
  ['GET', '/v1/reboots', 'read'],
  ['GET', '/v1/parents', 'read'],
  ['GET', '/v1/replays', 'read'],
  ['POST', '/v1/replays', 'admin'],
  ['GET', '/v1/replays/:id', 'read'],
  ['GET', '/v1/replays/:id/diff', 'read'],
  ['POST', '/v1/replays/:id/approve', 'admin'],
  ['POST', '/v1/replays/:id/cancel', 'admin'],
  ['POST', '/v1/replays/:id/roll-back', 'admin'],
  ['POST', '/v1/replays/:id/switch', 'admin'],
  ['GET', '/v1/ledger', 'read'],
  ['GET', '/v1/ledger/hours', 'read'],
  ['GET', '/v1/ledger/check', 'read'],
  ['GET', '/v1/webhooks', 'admin'],
  ['POST', '/v1/webhooks', 'admin'],
  ['DELETE', '/v1/webhooks/:id', 'admin'],
  ['GET', '/v1/deliveries', 'read'],
  ['POST', '/v1/deliveries/:id/replay', 'admin'],
  ['GET', '/v1/tokens', 'admin'],
  ['POST', '/v1/tokens', 'admin'],
  ['DELETE', '/v1/tokens/:id', 'admin'],
  ['GET', '/v1/whoami', 'any'],
  ['GET', '/openapi.json', 'public'],
  ['GET', '/docs', 'public'],
];

describe('scopes of routes', () => {
  let bench: ApiBench;
  beforeAll(async () => {
    bench = await openApiBench();
  });
  afterAll(() => bench.app.close());

  const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, scopes?: readonly TokenScope[]) => {
    const authorization = scopes === undefined ? undefined : await bench.token(scopes);
    const url = path.replace(/:\w+/g, 'x');
    const headers = authorization === undefined ? {} : { authorization };
    return bench.app.inject({ method, url, headers, ...(method === 'POST' && { payload: {} }) });
  };

  it('are put down for every route', async () => {
    const answer = await bench.get('/openapi.json');
    const described = answer.json<{ paths: Record<string, Record<string, unknown>> }>();
    const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const known = ROUTES.filter(([, , need]) => need !== 'public').map(
      ([method, path]) => `${method} ${path}`,
    );
    expect(operations.sort()).toEqual(known.sort());
  });

  describe.each(ROUTES)('%s %s', (method, path, need) => {
    it.each(TOKEN_SCOPES)(`asks for ${need} when the token has %s`, async (scope) => {
      const answer = await ask(method, path, [scope]);
      const allowed = need === 'public' || need === 'any' || need === scope;
      const reason = (answer.headers['content-type'] ?? '').toString().includes('problem')
        ? answer.json<{ reason: string }>().reason
        : null;
      if (allowed) expect([401, 403, 405, 500]).not.toContain(answer.statusCode);
      else expect([answer.statusCode, reason]).toEqual([403, 'scope-missing']);
    });

    it('refuses whoever sends no token, unless it is public', async () => {
      const answer = await ask(method, path);
      if (need === 'public') expect(answer.statusCode).toBe(200);
      else {
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('Bearer');
        expect(answer.headers['content-type']).toContain('application/problem+json');
        expect(answer.json()).toMatchObject({ reason: 'token-missing' });
      }
    });
  });

  it('refuses a token that nobody gave', async () => {
    const answer = await bench.get('/v1/whoami', `Bearer oops_${'a'.repeat(16)}_${'b'.repeat(43)}`);
    expect([answer.statusCode, answer.json<{ reason: string }>().reason]).toEqual([401, 'token-unknown']);
  });
});

describe('requireTokens', () => {
  it('refuses everybody at a route that names no scope', async () => {
    const app = fastify();
    const grant = {
      id: 'a',
      tenant: 'default',
      label: 'a',
      scopes: TOKEN_SCOPES,
      boundHost: null,
      createdAtMs: 0,
    };
    requireTokens(app, { authenticate: () => Promise.resolve({ kind: 'granted', grant }) });
    app.get('/forgotten', () => 'secret');
    const answer = await app.inject('/forgotten');
    expect(answer.statusCode).toBe(403);
    expect(answer.body).not.toContain('secret');
  });
});
