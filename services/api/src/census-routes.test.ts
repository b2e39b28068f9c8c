import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const HOUR_MS = 3_600_000;
const at = (hoursAgo: number) => new Date(NOW_MS - hoursAgo * HOUR_MS).toISOString();

describe('census', () => {
  let bench: ApiBench;
  let agent: string;
  let reader: string;
  beforeEach(async () => {
    bench = await openApiBench();
    agent = await bench.token(['ingest']);
    reader = await bench.token(['read']);
  });
  afterEach(() => bench.app.close());
  const sendText = (type: string, payload: string) =>
    bench.app.inject({
      method: 'POST',
      url: '/v1/census',
      headers: { authorization: agent, 'content-type': type },
      payload,
    });
  const recorded = { recorded: 0, repeated: 0, tooLate: 0, inFuture: 0 };

  it('takes one heartbeat, as of now, and shows what it said', async () => {
    const body = {
      host: 'Web-1',
      release: '5.15.0-91-generic',
      model: 'R640',
      bios: '2.1',
      livepatches: ['lp'],
      modules: ['zfs'],
      bootId: '6b0f4f6e-9b3c-4a55-9d8e-3d3f0c9b6b11',
      uptimeSeconds: 60,
      kdumpReady: true,
      labels: { rack: 'r1' },
    };
    const sent = await bench.post('/v1/census', body, agent);
    expect([sent.statusCode, sent.json()]).toEqual([200, { ...recorded, recorded: 1 }]);
    const { host, ...same } = body;
    expect((await bench.get('/v1/census/hosts/WEB-1', reader)).json()).toEqual({
      ...same,
      hostId: 'web-1',
      name: host,
      lastSeenAt: at(0),
      alive: true,
      downAt: null,
      flavour: 'generic',
    });
    expect(bench.counted).toContainEqual({
      name: 'oopstream_census_heartbeats',
      labels: { outcome: 'recorded' },
    });
  });

  it('takes so many modules of a host, and no more', async () => {
    const send = (modules: readonly string[]) =>
      bench.post('/v1/census', { host: 'a', release: '6.1.0', modules }, agent);
    expect((await send(Array(512).fill('m'.repeat(64)))).statusCode).toBe(200);
    expect((await send(Array(513).fill('m'))).json()).toMatchObject({ reason: 'request-invalid' });
    expect((await send(['m'.repeat(65)])).json()).toMatchObject({ reason: 'request-invalid' });
  });

  it('takes many as JSON, NDJSON and CSV alike, and again without effect', async () => {
    const beats = [
      { host: 'a', release: '6.1.0', at: at(3) },
      { host: 'b', release: '6.1.0', at: at(2), kdumpReady: false },
    ];
    expect((await bench.post('/v1/census', beats, agent)).json()).toEqual({ ...recorded, recorded: 2 });
    const lines = beats.map((beat) => JSON.stringify(beat)).join('\n');
    expect((await sendText('application/x-ndjson', lines)).json()).toEqual({ ...recorded, repeated: 2 });
    const csv = `host,release,at\na,6.1.0,${at(3)}\nc,6.1.0,${at(1)}\n`;
    expect((await sendText('text/csv; charset=utf-8', csv)).json()).toEqual({
      ...recorded,
      recorded: 1,
      repeated: 1,
    });
    expect((await bench.get('/v1/census?release=6.1.0', reader)).json()).toEqual({
      asOf: at(0),
      seenAfter: at(25),
      hosts: 3,
      kdump: { ready: 0, notReady: 1, unknown: 2 },
      withoutHeartbeat: 0,
      builds: [{ release: '6.1.0', flavour: null, model: null, hosts: 3, kdumpReady: 0, kdumpNotReady: 1 }],
    });
    expect((await bench.get('/v1/census?model=R640', reader)).json()).toMatchObject({ hosts: 0 });
  });

  it('says of those that it cannot count why', async () => {
    const beats = [
      { host: 'a', release: '6.1.0', at: at(-1) },
      { host: 'a', release: '6.1.0', at: at(401 * 24) },
    ];
    const sent = await bench.post('/v1/census', beats, agent);
    expect(sent.json()).toEqual({ ...recorded, tooLate: 1, inFuture: 1 });
    expect((await bench.get('/v1/census/hosts/a', reader)).json()).toMatchObject({ reason: 'host-unknown' });
  });

  it('takes a history that comes newest first as a whole', async () => {
    const beats = [0, 300, 600, 700].map((hours) => ({ host: 'a', release: '6.1.0', at: at(hours) }));
    expect((await bench.post('/v1/census', beats, agent)).json()).toEqual({ ...recorded, recorded: 4 });
  });

  it.each([
    ['no release', [{ host: 'a' }], 'request-invalid', '0.release'],
    ['no host', [{ release: '6.1.0' }], 'host-missing', 'item 0'],
    ['no host name', [{ host: 'a b', release: '6.1.0' }], 'host-invalid', 'item 0'],
    [
      'a field that is not known',
      [{ host: 'a', release: '6.1.0', kernel: 'x' }],
      'request-invalid',
      'kernel',
    ],
    ['nobody', [], 'request-invalid', ''],
    ['too many', Array(6).fill({ host: 'a', release: '6.1.0' }), 'heartbeats-too-many', '6, at most 5'],
  ])('refuses %s, whole', async (_, body, reason, detail) => {
    const sent = await bench.post('/v1/census', body, agent);
    expect(sent.json()).toMatchObject({ reason, detail: expect.stringContaining(detail) as string });
    expect((await bench.get('/v1/census', reader)).json()).toMatchObject({ hosts: 0 });
  });

  it('names the line that is malformed, and takes no other type', async () => {
    expect((await sendText('application/x-ndjson', '{"host":')).json()).toMatchObject({
      status: 400,
      reason: 'request-invalid',
      detail: 'line 1 is no JSON',
    });
    expect((await sendText('application/xml', 'x')).json()).toMatchObject({
      reason: 'media-type-unsupported',
    });
    const admin = await bench.token(['admin']);
    const elsewhere = await bench.app.inject({
      method: 'POST',
      url: '/v1/tokens',
      headers: { authorization: admin, 'content-type': 'text/csv' },
      payload: 'label\nx',
    });
    expect(elsewhere.json()).toMatchObject({ reason: 'media-type-unsupported' });
  });

  it('lets a bound token speak for its host alone', async () => {
    const bound = await bench.token(['ingest'], 'default', 'web-1');
    expect((await bench.post('/v1/census', { release: '6.1.0' }, bound)).statusCode).toBe(200);
    const other = await bench.post('/v1/census', { host: 'web-2', release: '6.1.0' }, bound);
    expect(other.json()).toMatchObject({ status: 403, reason: 'host-mismatch' });
  });

  it('wants the scope, and shows no other tenant', async () => {
    expect((await bench.post('/v1/census', { host: 'a', release: 'x' }, reader)).statusCode).toBe(403);
    expect((await bench.get('/v1/census', agent)).statusCode).toBe(403);
    await bench.post('/v1/census', { host: 'a', release: 'x' }, agent);
    const stranger = await bench.token(['read'], 'other');
    expect((await bench.get('/v1/census', stranger)).json()).toMatchObject({ hosts: 0 });
    expect((await bench.get('/v1/census/hosts/a', stranger)).statusCode).toBe(404);
  });
});
