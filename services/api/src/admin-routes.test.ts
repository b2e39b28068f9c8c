import { GROUPS, TOPICS } from '@oopstream/contracts';
import { TOKEN_SCOPES } from '@oopstream/ports';
import { fixtureIncident } from '@oopstream/ports/fakes';
import { createTokenBodySchema } from '@oopstream/contracts';
import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

describe('webhooks, deliveries, tokens, ledger', () => {
  let bench: ApiBench;
  let admin: string;
  let reader: string;
  beforeEach(async () => {
    bench = await openApiBench();
    admin = await bench.token(['admin']);
    reader = await bench.token(['read']);
  });
  afterEach(() => bench.app.close());
  const remove = (url: string) =>
    bench.app.inject({ method: 'DELETE', url, headers: { authorization: admin } });
  const addWebhook = () =>
    bench.post('/v1/webhooks', { url: 'https://hooks.example/1', label: 'ops' }, admin);

  it('shows the secret of a new endpoint once, at least 24 bytes of it', async () => {
    const created = await addWebhook();
    expect(created.statusCode).toBe(201);
    const { endpoint, secret } = created.json<{ endpoint: { id: string }; secret: string }>();
    expect(secret).toMatch(/^whsec_/);
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64').length).toBeGreaterThanOrEqual(24);
    const listed = await bench.get('/v1/webhooks', admin);
    expect(listed.json()).toEqual({ items: [expect.objectContaining({ id: endpoint.id, enabled: true })] });
    expect(listed.body).not.toContain('whsec_');
    await expect(bench.deliveries.listEndpoints('default')).resolves.toMatchObject([{ secrets: [secret] }]);
  });

  it('takes no endpoint that the address policy refuses, nor one that is no http', async () => {
    bench.refusedUrl = '169.254.169.254 is link-local';
    expect((await addWebhook()).json()).toMatchObject({
      status: 400,
      reason: 'endpoint-address-forbidden',
      detail: bench.refusedUrl,
    });
    const file = await bench.post('/v1/webhooks', { url: 'file:///etc/passwd', label: 'x' }, admin);
    expect(file.json()).toMatchObject({ reason: 'request-invalid' });
  });

  it('removes an endpoint once', async () => {
    const { endpoint } = (await addWebhook()).json<{ endpoint: { id: string } }>();
    expect((await remove(`/v1/webhooks/${endpoint.id}`)).statusCode).toBe(204);
    expect((await remove(`/v1/webhooks/${endpoint.id}`)).json()).toMatchObject({
      reason: 'endpoint-unknown',
    });
    expect(bench.audit.map((entry) => entry.action)).toEqual(['webhook.created', 'webhook.removed']);
  });

  it('lists deliveries by state and incident, and sends one again', async () => {
    const { endpoint } = (await addWebhook()).json<{ endpoint: { id: string } }>();
    const { incident } = fixtureIncident(1);
    bench.queries.addIncident(fixtureIncident(1));
    const delivery = { tenant: 'default', endpointId: endpoint.id, body: '{}', traceparent: null };
    bench.deliveries.insert([
      { ...delivery, id: 'a', incidentId: incident.id, createdAtMs: 1 },
      { ...delivery, id: 'b', incidentId: 'another', createdAtMs: 2 },
    ]);
    const attempt = {
      number: 1,
      startedAtMs: 1,
      durationMs: 5,
      status: 500,
      outcome: 'http-5xx',
      detail: '',
    };
    await bench.deliveries.recordAttempt('a', attempt, { state: 'failed' });
    const ids = async (query: string) =>
      (await bench.get(`/v1/deliveries${query}`, reader))
        .json<{ items: { id: string }[] }>()
        .items.map(({ id }) => id);
    await expect(ids('')).resolves.toEqual(['b', 'a']);
    const shown = await bench.get('/v1/deliveries', reader);
    expect(shown.json<{ items: { endpointUrl: string }[] }>().items[0]!.endpointUrl).toBe(
      'https://hooks.example/…',
    );
    await expect(ids('?limit=1')).resolves.toEqual(['b']);
    await expect(ids('?state=failed')).resolves.toEqual(['a']);
    await expect(ids('?incident=OOPS-1')).resolves.toEqual(['a']);
    const unknown = await bench.get('/v1/deliveries?incident=OOPS-9', reader);
    expect(unknown.json()).toMatchObject({ reason: 'incident-unknown' });
    const again = await bench.post('/v1/deliveries/a/replay', {}, admin);
    expect(again.json()).toMatchObject({ id: 'a', state: 'open', attempts: [{ outcome: 'http-5xx' }] });
    const nothing = await bench.post('/v1/deliveries/c/replay', {}, admin);
    expect(nothing.json()).toMatchObject({ reason: 'delivery-unknown' });
  });

  it('makes a token that works with the scopes asked for, and revokes it', async () => {
    const created = await bench.post('/v1/tokens', { label: 'agent', scopes: ['read'] }, admin);
    const { grant, token } = created.json<{ grant: { id: string }; token: string }>();
    const me = await bench.get('/v1/whoami', `Bearer ${token}`);
    expect(me.json()).toEqual({
      tenant: 'default',
      tokenId: grant.id,
      label: 'agent',
      scopes: ['read'],
      boundHost: null,
    });
    const listed = await bench.get('/v1/tokens', admin);
    expect(listed.json<{ items: { id: string }[] }>().items.map(({ id }) => id)).toContain(grant.id);
    expect(listed.body).not.toContain(token);
    expect((await remove(`/v1/tokens/${grant.id}`)).statusCode).toBe(204);
    expect((await remove(`/v1/tokens/${grant.id}`)).json()).toMatchObject({ reason: 'grant-unknown' });
  });

  it.each([
    { label: '', scopes: ['read'] },
    { label: 'x', scopes: [] },
    { label: 'x', scopes: ['root'] },
    { label: 'x', scopes: ['read', 'read'] },
    { label: 'a\u0000b', scopes: ['read'] },
  ])('makes no token of %j', async (body) => {
    const answer = await bench.post('/v1/tokens', body, admin);
    expect(answer.json()).toMatchObject({ status: 400, reason: 'request-invalid' });
  });

  it('knows the same scopes as the token store', () => {
    expect(createTokenBodySchema.safeParse({ label: 'all', scopes: [...TOKEN_SCOPES] }).success).toBe(true);
  });

  it('adds the ledger up from log positions and counts', async () => {
    const partition = { partition: 0, startOffset: 0 };
    bench.positions.set(`${TOPICS.transcriptReceived.name} ${GROUPS.fingerprintWorker}`, [
      { ...partition, topic: 'r', endOffset: 12, committedOffset: 11 },
    ]);
    bench.positions.set(`${TOPICS.transcriptFingerprinted.name} ${GROUPS.dedup}`, [
      { ...partition, topic: 'f', endOffset: 9, committedOffset: 8 },
    ]);
    bench.positions.set(`${TOPICS.transcriptRejected.name} ${GROUPS.dedup}`, [
      { ...partition, topic: 'x', endOffset: 2, committedOffset: 1 },
    ]);
    bench.counts = {
      ...bench.counts,
      redelivered: 1,
      transcripts: { read: 5, duplicate: 2, 'rejected:undecodable': 1 },
    };
    const answer = await bench.get('/v1/ledger', reader);
    expect(answer.json()).toMatchObject({
      asOf: new Date(NOW_MS).toISOString(),
      received: 11,
      transcripts: { duplicate: 2, noCrash: 0, rejected: 1, read: 5 },
      inFlight: { toRead: 1, toGroup: 2, total: 3 },
      redelivered: 1,
      balance: 0,
      atRest: false,
    });
  });
});
