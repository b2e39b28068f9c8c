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

  describe('the ledger of several tenants', () => {
    let other: string;
    let all: string;
    beforeEach(async () => {
      other = await bench.token(['read'], 'other');
      all = await bench.token(['read', 'admin']);
      bench.counts = {
        ...bench.counts,
        transcripts: { read: 5 },
        bodies: { kept: 3, 'sampled-away:storm': 2 },
      };
      bench.positions.set(`${TOPICS.transcriptReceived.name} ${GROUPS.fingerprintWorker}`, [
        { topic: 'r', partition: 0, startOffset: 0, endOffset: 5, committedOffset: 5 },
      ]);
    });

    it('shows each its own and nothing of the log', async () => {
      const answer = await bench.get('/v1/ledger', other);
      expect(answer.json()).toMatchObject({
        scope: 'tenant',
        received: 0,
        transcripts: { read: 0 },
        bodies: { kept: 0 },
        partitions: [],
        watermark: { at: new Date(NOW_MS).toISOString(), offsets: [] },
      });
    });

    it('shows all of them to an admin who asks, and to no other', async () => {
      const answer = await bench.get('/v1/ledger?tenants=all', all);
      expect(answer.json()).toMatchObject({
        scope: 'all',
        received: 5,
        balance: 0,
        bodies: { kept: 3, sampledAway: 2, byReason: { storm: 2 } },
        watermark: { offsets: [{ partition: 0, offset: 5 }] },
      });
      for (const path of ['/v1/ledger', '/v1/ledger/hours', '/v1/ledger/check'])
        expect((await bench.get(`${path}?tenants=all`, reader)).json()).toMatchObject({
          reason: 'scope-missing',
        });
    });

    it('tells of hours, as many as one answer may hold', async () => {
      const hour = { tenant: 'default', kind: 'crash' as const, outcome: 'counted', count: 4 };
      bench.hours.push({ ...hour, hourMs: null }, { ...hour, hourMs: NOW_MS });
      const answer = await bench.get('/v1/ledger/hours?since=2026-11-20T00:30:00Z', reader);
      expect(answer.json()).toMatchObject({
        items: [
          { ...hour, hour: null },
          { ...hour, hour: new Date(NOW_MS).toISOString() },
        ],
      });
      const tooMany = await bench.get('/v1/ledger/hours?since=2026-01-01T00:00:00Z', reader);
      expect(tooMany.json()).toMatchObject({ reason: 'query-invalid', detail: 'more than 744 hours' });
    });

    it('names what a check found', async () => {
      const found = { kind: 'crash' as const, outcome: 'counted', expected: 4, found: 3, examples: ['c1'] };
      bench.mismatches.push({ tenant: 'default', hourMs: NOW_MS, ...found });
      const answer = await bench.get('/v1/ledger/check', reader);
      expect(answer.json()).toMatchObject({
        mismatches: [{ tenant: 'default', hour: new Date(NOW_MS).toISOString(), ...found }],
      });
      // With the places of the watermark's partition, which only all tenants have.
      const whole = await bench.get('/v1/ledger/check?tenants=all', all);
      expect([answer.json<{ counts: number }>().counts, whole.json<{ counts: number }>().counts]).toEqual([
        2, 3,
      ]);
    });
  });
});
