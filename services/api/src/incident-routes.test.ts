import { fixtureCrash, fixtureIncident, fixtureTranscript } from '@oopstream/ports/fakes';
import { FatalError, RetryableError } from '@oopstream/ports';
import type { IncidentDetail, IncidentPage } from '@oopstream/contracts';
import { openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

describe('/v1/incidents', () => {
  let bench: ApiBench;
  let reader: string;
  let admin: string;
  beforeEach(async () => {
    bench = await openApiBench();
    reader = await bench.token(['read']);
    admin = await bench.token(['admin']);
  });
  afterEach(() => bench.app.close());

  const list = async (query: string) =>
    (await bench.get(`/v1/incidents${query}`, reader)).json<IncidentPage>();
  const reasonOf = async (answer: Promise<Awaited<ReturnType<ApiBench['get']>>>) => {
    const { statusCode, headers, body } = await answer;
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    return [statusCode, (JSON.parse(body) as { reason: string }).reason];
  };

  it('lists open incidents, the last seen first, as the contract says', async () => {
    for (const n of [1, 2]) bench.queries.addIncident(fixtureIncident(n));
    bench.queries.addIncident(fixtureIncident(3, { status: 'resolved', resolvedAtMs: 0 }));
    const { items, nextCursor } = await list('');
    expect(nextCursor).toBeNull();
    expect(items.map((item) => item.number)).toEqual(['OOPS-2', 'OOPS-1']);
    expect(items[0]).toMatchObject({ lastSeenAt: '2026-11-20T02:00:00.000Z', recurrences: 0 });
    expect(items[0]?.verdict).toBe('memory-overwrite');
    expect(items[0]?.trend).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('goes on behind a cursor, also with another page size', async () => {
    for (const n of [1, 2, 3]) bench.queries.addIncident(fixtureIncident(n));
    const first = await list('?limit=1&sort=firstSeen');
    const rest = await list(`?limit=5&sort=firstSeen&cursor=${first.nextCursor ?? ''}`);
    expect([...first.items, ...rest.items].map((item) => item.number)).toEqual([
      'OOPS-1',
      'OOPS-2',
      'OOPS-3',
    ]);
    expect(rest.nextCursor).toBeNull();
  });

  it('refuses the cursor of another question, and what is no cursor', async () => {
    for (const n of [1, 2]) bench.queries.addIncident(fixtureIncident(n));
    const { nextCursor } = await list('?limit=1');
    for (const query of [`sort=-hosts&cursor=${nextCursor ?? ''}`, 'cursor=bm9wZQ', 'cursor=%F0%9F%92%A9'])
      await expect(reasonOf(bench.get(`/v1/incidents?${query}`, reader))).resolves.toEqual([
        400,
        'cursor-invalid',
      ]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['status=closed', 'status'],
    ['sort=crashes', 'sort'],
    ['since=yesterday', 'since'],
    ['q=x', 'q'],
    ['q=a%00b', 'q'],
    ['host=', 'host'],
    ['verdict=', 'verdict'],
    ['hardware=sure', 'hardware'],
    ['frmily=oops', 'frmily'],
  ])('refuses %s and names the parameter', async (query, field) => {
    const answer = await bench.get(`/v1/incidents?${query}`, reader);
    expect(answer.json()).toMatchObject({ status: 400, reason: 'query-invalid' });
    expect(answer.json<{ detail: string }>().detail).toContain(field);
  });

  it('takes each filter to the store', async () => {
    const seen = bench.queries.listIncidents.bind(bench.queries);
    const asked: unknown[] = [];
    bench.queries.listIncidents = (tenant, filter, page) => {
      asked.push({ tenant, ...filter, order: page.order, limit: page.limit });
      return seen(tenant, filter, page);
    };
    const query =
      'status=all&q=kmalloc&family=f&kind=k&release=r&host=h&verdict=v&hardware=likely&since=2026-11-20T01:00:00%2B01:00&sort=-hosts&limit=7';
    await list(`?${query}`);
    expect(asked).toMatchObject([
      {
        tenant: 'default',
        status: null,
        titlePart: 'kmalloc',
        family: 'f',
        kind: 'k',
        release: 'r',
        host: 'h',
        verdict: 'v',
        hardware: 'likely',
        lastSeenFromMs: Date.UTC(2026, 10, 20),
        order: '-hosts',
        limit: 7,
      },
    ]);
  });

  it('answers one incident with all of its page', async () => {
    bench.queries.addIncident(fixtureIncident(1, { crashes: 3, fatalCrashes: 2 }));
    const detail = (await bench.get('/v1/incidents/oops-1', reader)).json<IncidentDetail>();
    expect(detail).toMatchObject({
      incident: { number: 'OOPS-1', crashes: 3 },
      algorithmVersion: 1,
      hosts: [{ hostId: 'host-1', crashes: 3, fatalCrashes: 2 }],
      releases: [{ release: '6.1.0-18-amd64', survivedCrashes: 1 }],
      variants: [{ exactKey: 'v1:exactOOPS-1' }],
      verdicts: [{ verdict: 'memory-overwrite', crashes: 3 }],
      hardware: [{ likelihood: 'unlikely', crashes: 3 }],
      recentCrashes: [{ incidentNumber: 'OOPS-1' }],
      history: [{ action: 'incident.opened', actor: 'machine' }],
      trend: { bucket: 'hour' },
      resolution: null,
    });
  });

  it('sends questions on to the incident that a merged one lives on in, and refuses acts', async () => {
    bench.queries.addIncident({ ...fixtureIncident(2), mergedInto: 'OOPS-1' });
    bench.result = { kind: 'merged', into: 'OOPS-1' };
    const seen = await bench.get('/v1/incidents/OOPS-2', reader);
    expect([seen.statusCode, seen.headers['location']]).toEqual([308, '/v1/incidents/OOPS-1']);
    const crashes = await bench.get('/v1/incidents/OOPS-2/crashes?limit=3', reader);
    expect(crashes.headers['location']).toBe('/v1/incidents/OOPS-1/crashes?limit=3');
    for (const verb of ['resolve', 'reopen']) {
      const acted = await bench.post(`/v1/incidents/OOPS-2/${verb}`, {}, admin);
      expect(acted.statusCode).toBe(409);
      expect(acted.json()).toMatchObject({
        ...{ reason: 'incident-merged', detail: 'OOPS-2 was merged into OOPS-1' },
        livesOn: { id: 'OOPS-1', href: '/v1/incidents/OOPS-1' },
      });
    }
  });

  it('knows nothing of another tenant, in the same words as of nothing at all', async () => {
    bench.queries.addIncident(fixtureIncident(1, { tenant: 'other' }));
    bench.queries.addTranscript('other', fixtureTranscript(1));
    const unknown = { '/v1/incidents/OOPS-1': 'incident-unknown', '/v1/incidents/%20': 'incident-unknown' };
    for (const [url, reason] of Object.entries(unknown))
      await expect(reasonOf(bench.get(url, reader))).resolves.toEqual([404, reason]);
    await expect(reasonOf(bench.get(`/v1/transcripts/${fixtureTranscript(1).id}`, reader))).resolves.toEqual([
      404,
      'transcript-unknown',
    ]);
    const { id } = fixtureCrash(1000, fixtureIncident(1).incident).crash;
    await expect(reasonOf(bench.get(`/v1/crashes/${id}`, reader))).resolves.toEqual([404, 'crash-unknown']);
  });

  it('resolves and reopens in the name of the token, with note and release', async () => {
    bench.queries.addIncident(fixtureIncident(1));
    const body = { release: '6.1.0-19-amd64', note: 'fixed upstream' };
    const answer = await bench.post('/v1/incidents/OOPS-1/resolve', body, admin);
    expect(answer.json()).toMatchObject({ number: 'OOPS-1' });
    await bench.post('/v1/incidents/OOPS-1/reopen', {}, admin);
    expect(bench.acts).toMatchObject([
      { verb: 'resolve', number: 'OOPS-1', act: { actor: 'token:admin', ...body } },
      { verb: 'reopen', number: 'OOPS-1', act: { actor: 'token:admin', note: null } },
    ]);
  });

  it('takes an act without a body for one without note and release', async () => {
    bench.queries.addIncident(fixtureIncident(1));
    const url = '/v1/incidents/OOPS-1/resolve';
    const answer = await bench.app.inject({ method: 'POST', url, headers: { authorization: admin } });
    expect(answer.statusCode).toBe(200);
    expect(bench.acts).toMatchObject([{ act: { note: null, release: null } }]);
  });

  it('refuses an act that cannot be, and a malformed body', async () => {
    bench.result = { kind: 'illegal', status: 'resolved', reason: 'already-resolved' };
    const act = (body: object) => bench.post('/v1/incidents/OOPS-1/resolve', body, admin);
    await expect(reasonOf(act({}))).resolves.toEqual([409, 'transition-illegal']);
    bench.result = { kind: 'unknown' };
    await expect(reasonOf(act({}))).resolves.toEqual([404, 'incident-unknown']);
    await expect(reasonOf(act({ notes: 'x' }))).resolves.toEqual([400, 'request-invalid']);
    await expect(reasonOf(act({ note: 'x'.repeat(2001) }))).resolves.toEqual([400, 'request-invalid']);
    await expect(reasonOf(act({ note: 'x'.repeat(5000) }))).resolves.toEqual([413, 'body-too-large']);
    const broken = (type: string) =>
      bench.app.inject({
        method: 'POST',
        url: '/v1/incidents/OOPS-1/resolve',
        headers: { authorization: admin, 'content-type': type },
        payload: '{',
      });
    await expect(reasonOf(broken('application/json'))).resolves.toEqual([400, 'request-invalid']);
    await expect(reasonOf(broken('text/csv'))).resolves.toEqual([415, 'media-type-unsupported']);
  });

  it.each(['/v1/incidents/%E0%A4%A', '/v1/incidents/OOPS%00', `/v1/incidents/${'9'.repeat(33)}`])(
    'refuses %s as malformed',
    async (url) => {
      await expect(reasonOf(bench.get(url, reader))).resolves.toEqual([400, 'request-invalid']);
    },
  );

  it('asks to come again while the log is not migrated', async () => {
    bench.queries.incidentByNumber = () => Promise.reject(new FatalError('unknown-topic', 'never migrated'));
    const answer = await bench.get('/v1/incidents/OOPS-1', reader);
    expect(answer.json()).toMatchObject({ status: 503, reason: 'log-unavailable' });
    expect(answer.headers['retry-after']).toBe('5');
  });

  it('says when the store is away, and when to come again', async () => {
    bench.queries.incidentByNumber = () => Promise.reject(new RetryableError('store-unavailable', 'gone'));
    const answer = await bench.get('/v1/incidents/OOPS-1', reader);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toMatchObject({ reason: 'store-unavailable' });
  });

  it('keeps a bug of ours to itself', async () => {
    bench.queries.incidentByNumber = () => Promise.reject(new TypeError('secret detail'));
    const answer = await bench.get('/v1/incidents/OOPS-1', reader);
    expect(answer.json()).toMatchObject({ status: 500, reason: 'internal' });
    expect(answer.body).not.toContain('secret');
  });

  it('checks its own answers: a store row that the contract does not know is a bug, not an answer', async () => {
    bench.queries.addIncident(fixtureIncident(1, { crashes: -1 }));
    await expect(reasonOf(bench.get('/v1/incidents', reader))).resolves.toEqual([500, 'internal']);
  });

  it('counts answers by route pattern, never by path', async () => {
    await bench.get('/v1/incidents/OOPS-77', reader);
    await bench.get('/nowhere/42', reader);
    expect(bench.counted).toEqual([
      { name: 'oopstream_api_requests', labels: { route: 'GET /v1/incidents/:number', status: '404' } },
      { name: 'oopstream_api_requests', labels: { route: 'unknown', status: '404' } },
    ]);
  });
});
