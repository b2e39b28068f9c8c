import type { IncidentRates, RebootPage } from '@oopstream/contracts';
import { fixtureIncident } from '@oopstream/ports/fakes';
import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BOOTS = ['6b0f4f6e-9b3c-4a55-9d8e-3d3f0c9b6b11', '6b0f4f6e-9b3c-4a55-9d8e-3d3f0c9b6b12'] as const;
const at = (hoursAgo: number) => new Date(NOW_MS - hoursAgo * HOUR_MS).toISOString();
const SETTINGS = { windowMs: HOUR_MS, slackMs: 60_000 };

describe('the fleet beside its crashes', () => {
  let bench: ApiBench;
  let agent: string;
  let reader: string;
  const { incident } = fixtureIncident(1);
  beforeEach(async () => {
    bench = await openApiBench();
    agent = await bench.token(['ingest']);
    reader = await bench.token(['read']);
    bench.queries.addIncident(fixtureIncident(1));
  });
  afterEach(() => bench.app.close());

  const beat = (host: string, hoursAgo: number, more: object = {}) =>
    bench.post('/v1/census', { host, release: '6.1.0-2', at: at(hoursAgo), ...more }, agent);
  const reboot = (host: string, hoursAgo: number, shutdown: 'clean' | 'dirty' = 'dirty') =>
    beat(host, hoursAgo, {
      bootId: BOOTS[1],
      uptimeSeconds: 60,
      lastBootId: BOOTS[0].toUpperCase(),
      lastRelease: '6.1.0-1',
      lastShutdown: shutdown,
    });
  const openAll = () =>
    bench.reboots.settle(NOW_MS, 100, SETTINGS.slackMs, (due) => ({
      verdicts: due.map(({ reboot: { id } }) => ({ id, state: 'open', crashId: null, checkAtMs: null })),
      deliveries: [],
    }));
  const reboots = async (query = '') => (await bench.get(`/v1/reboots${query}`, reader)).json<RebootPage>();

  it('lists reboots that broke off a boot, once each, page by page', async () => {
    await beat('web-1', 6, { bootId: BOOTS[0] });
    await reboot('web-1', 4);
    await beat('web-1', 3.5, { bootId: BOOTS[1], lastBootId: BOOTS[0], lastShutdown: 'dirty' });
    await reboot('web-2', 3);
    await reboot('web-3', 2, 'clean');
    expect(await reboots()).toEqual({ items: [], nextCursor: null });
    expect((await reboots('?state=waiting')).items.map(({ hostId }) => hostId)).toEqual(['web-2', 'web-1']);
    await openAll();
    const first = await reboots('?limit=1');
    expect(first.items).toMatchObject([{ hostId: 'web-2', aliveAt: null, state: 'open' }]);
    const second = await reboots(`?limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ nextCursor: null });
    expect(second.items).toEqual([
      {
        id: second.items[0]!.id,
        hostId: 'web-1',
        hostName: 'web-1',
        bootId: BOOTS[0],
        release: '6.1.0-1',
        aliveAt: at(6),
        backAt: new Date(NOW_MS - 4 * HOUR_MS - 60_000).toISOString(),
        state: 'open',
        crashId: null,
        settledAt: at(0),
      },
    ]);
    const filtered = `?host=WEB-1&release=6.1.0-1&since=${at(5)}&until=${at(1)}`;
    expect((await reboots(filtered)).items).toHaveLength(1);
    expect((await reboots(`?since=${at(1)}`)).items).toEqual([]);
    expect((await bench.get('/v1/reboots?cursor=x', reader)).json()).toMatchObject({
      reason: 'cursor-invalid',
    });
  });

  it('counts them beside the rates of the release that broke off', async () => {
    await beat('web-1', 30, { release: '6.1.0-1' });
    await reboot('web-1', 4);
    await reboot('web-2', 3);
    await openAll();
    const { releases } = (await bench.get('/v1/rates', reader)).json<IncidentRates>();
    expect(releases.map(({ release, dirtyReboots }) => [release, dirtyReboots])).toEqual(
      expect.arrayContaining([
        ['6.1.0-1', 2],
        ['6.1.0-2', 0],
      ]),
    );
    const gate = (await bench.get('/v1/gate?from=6.1.0-1&to=6.1.0-2', reader)).json<object>();
    expect(gate).toMatchObject({ from: { dirtyReboots: 2 }, to: { dirtyReboots: 0 } });
  });

  it('tells how often a bug crashes, where it came in, what share of the fleet it hit and how it spread', async () => {
    for (const [host, release] of [
      ['a', '6.1.0-1'],
      ['b', '6.1.0-2'],
      ['c', '6.1.0-2'],
    ] as const)
      for (const day of [3, 2, 1, 0])
        await bench.post('/v1/census', { host, release, at: at(day * 24) }, agent);
    const crash = (hostId: string, hoursAgo: number, fatal = true) =>
      bench.census.addCrash({
        ...{ tenant: 'default', incidentId: incident.id, hostId, fatal, release: '6.1.0-2' },
        atMs: NOW_MS - hoursAgo * HOUR_MS,
      });
    crash('b', 50);
    crash('b', 20);
    crash('c', 20, false);
    const answer = await bench.get(`/v1/incidents/${incident.number}/rates`, reader);
    const found = answer.json<IncidentRates>();
    expect(found).toMatchObject({
      incident: incident.number,
      fleet: { hosts: 3, hit: 1, share: 1 / 3, affected: 2 },
      turns: [{ firstBad: '6.1.0-2', lastGood: '6.1.0-1', lastGoodHostDays: 3, proven: false }],
      spread: [
        { day: at(72).slice(0, 10), newHosts: 1, hosts: 1 },
        { day: at(24).slice(0, 10), newHosts: 1, hosts: 2 },
      ],
    });
    expect(found.turns[0]!.chanceOfNone).toBeCloseTo(Math.exp(-1.5));
    expect(found.releases.find(({ release }) => release === '6.1.0-2')).toMatchObject({
      fatal: { crashes: 2, hosts: 1, per1000HostDays: { value: 2000 / 6 } },
      survived: { crashes: 1, hosts: 1 },
    });
    const nobody = await bench.get(`/v1/incidents/${incident.number}/rates?until=2020-01-01`, reader);
    expect(nobody.json()).toMatchObject({ fleet: { hosts: 0, share: null }, releases: [] });
    expect((await bench.get('/v1/incidents/OOPS-999/rates', reader)).statusCode).toBe(404);
  });

  it('shows one host: its heartbeats, its transcripts, its bugs, its reboots', async () => {
    await reboot('web-1', 2);
    const row = { number: 'OOPS-1', title: 't', kind: 'oops', status: 'open', crashes: 2, fatalCrashes: 1 };
    const times = { firstSeenAtMs: NOW_MS - DAY_MS, lastSeenAtMs: NOW_MS };
    const said = { name: 'Web-1', model: 'R640', kernelRelease: '6.1.0-1', labels: { rack: 'r1' } };
    bench.hosts.add('default', { hostId: 'web-1', ...said, ...times }, [{ ...row, ...times }]);
    expect((await bench.get('/v1/hosts/WEB-1', reader)).json()).toMatchObject({
      hostId: 'web-1',
      name: 'web-1',
      census: { release: '6.1.0-2', alive: true, downAt: null },
      transcripts: { model: 'R640', kernelRelease: '6.1.0-1', lastSeenAt: at(0) },
      incidents: [{ ...row, firstSeenAt: at(24), lastSeenAt: at(0) }],
      dirtyReboots: [{ bootId: BOOTS[0], state: 'waiting' }],
    });
    bench.hosts.add('default', { hostId: 'web-2', ...said, ...times });
    expect((await bench.get('/v1/hosts/web-2', reader)).json()).toMatchObject({
      name: 'Web-1',
      census: null,
      incidents: [],
      dirtyReboots: [],
    });
    expect((await bench.get('/v1/hosts/web-3', reader)).json()).toMatchObject({ reason: 'host-unknown' });
  });

  it('sums up the living: with kdump, without, not told; and who only ever crashed', async () => {
    await beat('a', 1, { kdumpReady: true });
    await beat('b', 1, { kdumpReady: false });
    await beat('c', 1);
    await beat('d', 1, { kdumpReady: false });
    await bench.census.recordEnds([{ tenant: 'default', hostId: 'd', atMs: NOW_MS }]);
    bench.census.addTranscript('default', 'x', NOW_MS - HOUR_MS);
    expect((await bench.get('/v1/census', reader)).json()).toMatchObject({
      hosts: 3,
      kdump: { ready: 1, notReady: 1, unknown: 1 },
      withoutHeartbeat: 1,
    });
    expect((await bench.get('/v1/census/hosts/d', reader)).json()).toMatchObject({
      alive: false,
      downAt: at(0),
    });
  });

  it('bounds what one token sends, heartbeat by heartbeat', async () => {
    const five = Array.from({ length: 5 }, (_, n) => ({ host: `h${n}`, release: '6.1.0-1' }));
    for (let n = 0; n < 8; n++) expect((await bench.post('/v1/census', five, agent)).statusCode).toBe(200);
    const refused = await bench.post('/v1/census', five, agent);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(refused.json()).toMatchObject({ reason: 'rate-limited' });
    const other = await bench.token(['ingest']);
    expect((await bench.post('/v1/census', five, other)).statusCode).toBe(200);
  });

  it('says from when to when a host ran what, by its uptime', async () => {
    await beat('a', 10, { release: '6.1.0-1' });
    await beat('a', 4, { uptimeSeconds: 3_600 });
    await beat('a', 4, { host: 'b', uptimeSeconds: 1e10 });
    const { releases } = (await bench.get('/v1/rates', reader)).json<IncidentRates>();
    const days = releases.find(({ release }) => release === '6.1.0-1')?.hostDays;
    expect(days).toBeCloseTo(5 / 24);
  });
});
