import { problem } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

const ENDPOINT = {
  id: '0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44',
  url: 'https://hooks.example.com/oops',
  label: 'pager',
  enabled: true,
  disabledReason: null,
  createdAt: '2026-11-23T12:00:00.000Z',
};

async function webhooks(args: readonly string[], status: number, answer: unknown) {
  const asked: string[] = [];
  const api = await serveHttp((request, response) => {
    asked.push(`${request.method} ${request.path} ${request.authorization}`);
    if (status === 204) response.writeHead(204).end();
    else sendJson(response, status, answer);
  });
  const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_a_s' };
  const result = await run(['webhooks', ...args], { env }).finally(api.close);
  return { ...result, asked };
}

describe('oopstream webhooks', () => {
  it('adds an endpoint and prints its secret', async () => {
    const added = await webhooks(['add', ENDPOINT.url, '--label', 'pager'], 201, {
      endpoint: ENDPOINT,
      secret: 'whsec_c2VjcmV0',
    });
    expect(added).toEqual({
      exitCode: 0,
      out: `${ENDPOINT.id}  ${ENDPOINT.url}\nsecret  whsec_c2VjcmV0\n`,
      err: '',
      asked: ['POST /v1/webhooks Bearer oops_a_s'],
    });
  });

  it('tells in one line why an endpoint is refused', async () => {
    const answer = problem('endpoint-address-forbidden', 'loopback');
    const { exitCode, out, err } = await webhooks(['add', 'http://127.0.0.1/'], 400, answer);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toMatch(/^oopstream: .*loopback \(400 endpoint-address-forbidden\)\n$/);
  });

  it('lists endpoints with why one is off', async () => {
    const off = { ...ENDPOINT, enabled: false, disabledReason: 'gone' };
    const { out } = await webhooks(['list'], 200, { items: [ENDPOINT, off] });
    expect(out).toBe(
      `${ENDPOINT.id}  on  pager  ${ENDPOINT.url}\n${ENDPOINT.id}  off (gone)  pager  ${ENDPOINT.url}\n`,
    );
    expect((await webhooks(['list'], 200, { items: [] })).out).toBe('no endpoints\n');
  });

  it('removes one', async () => {
    const { exitCode, asked } = await webhooks(['remove', ENDPOINT.id], 204, null);
    expect([exitCode, asked]).toEqual([0, [`DELETE /v1/webhooks/${ENDPOINT.id} Bearer oops_a_s`]]);
    expect((await webhooks(['remove', 'x'], 404, problem('endpoint-unknown'))).exitCode).toBe(1);
  });

  it('is wrong usage without a verb', async () => {
    expect((await webhooks([], 200, null)).exitCode).toBe(2);
  });
});
