import type { Host, IncidentRates, RebootPage } from '@oopstream/contracts';
import { problem } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

async function ask(args: readonly string[], answer: unknown, status = 200) {
  const api = await serveHttp((_, response) => sendJson(response, status, answer));
  const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_r_s' };
  const ran = await run(args, { env }).finally(api.close);
  return { ...ran, path: api.seen[0]?.path };
}

const PAGE: RebootPage = {
  items: [
    {
      id: 'r1',
      hostId: 'h1',
      hostName: 'web-1',
      bootId: 'b1',
      release: '6.1.0-18-amd64',
      aliveAt: null,
      backAt: '2026-11-23T12:00:00.000Z',
      state: 'open',
      crashId: null,
      settledAt: null,
    },
  ],
  nextCursor: 'abc',
};
const LINE = '2026-11-23T12:00:00.000Z  open       web-1 (h1)  6.1.0-18-amd64';

describe('oopstream reboots', () => {
  it('lists hosts that came back without a dump', async () => {
    const { exitCode, out, path } = await ask(['reboots', '--state', 'all', '--host', 'h1'], PAGE);
    expect([exitCode, path]).toEqual([0, '/v1/reboots?state=all&host=h1']);
    expect(out).toBe(`${LINE}\nmore: --cursor abc\n`);
    expect((await ask(['reboots'], { items: [], nextCursor: null })).out).toBe('no such reboots\n');
    expect(JSON.parse((await ask(['reboots', '--json'], PAGE)).out)).toEqual(PAGE);
  });
});

describe('oopstream host', () => {
  const times = { firstSeenAt: '2026-11-01T00:00:00.000Z', lastSeenAt: '2026-11-20T00:00:00.000Z' };
  const host: Host = {
    hostId: 'h1',
    name: 'web-1',
    census: null,
    transcripts: { model: null, kernelRelease: null, labels: {}, ...times },
    incidents: [
      {
        ...times,
        number: 'OOPS-4',
        title: 'f oops',
        kind: 'oops',
        status: 'open',
        crashes: 3,
        fatalCrashes: 1,
      },
    ],
    dirtyReboots: PAGE.items,
  };

  it('shows what crashed on it and how it rebooted', async () => {
    const { out, path } = await ask(['host', 'h/1'], host);
    expect(path).toBe('/v1/hosts/h%2F1');
    expect(out).toBe(
      [
        'web-1 (h1)',
        'no heartbeat',
        'last transcript 2026-11-20T00:00:00.000Z',
        '     3 × OOPS-4  f oops  (open, last 2026-11-20T00:00:00.000Z)',
        'reboots that broke off a boot:',
        LINE,
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await ask(['host', 'h1', '--json'], host)).out)).toEqual(host);
    expect((await ask(['host', 'h1'], problem('host-unknown'), 404)).exitCode).toBe(1);
  });
});

describe('oopstream incidents rates', () => {
  const rates: IncidentRates = {
    asOf: '2026-11-23T12:00:00.000Z',
    since: '2026-10-24T00:00:00.000Z',
    until: '2026-11-23T12:00:00.000Z',
    incident: 'OOPS-4',
    confidence: 0.95,
    releases: [],
    turns: [],
    fleet: { hosts: 200, hit: 3, share: 0.015, affected: 4 },
    spread: [{ day: '2026-11-20', newHosts: 2, hosts: 5 }],
  };

  it('tells what share of the fleet a bug hit, and how it spread', async () => {
    const { out, path } = await ask(['incidents', 'rates', 'OOPS-4', '--since', '2026-10-24'], rates);
    expect(path).toBe('/v1/incidents/OOPS-4/rates?since=2026-10-24');
    expect(out).toBe(
      [
        'no host-days from 2026-10-24T00:00:00.000Z to 2026-11-23T12:00:00.000Z: see oopstream census',
        'hosts hit: 3 of 200, 1.50 %',
        '2026-11-20  +2 hosts, 5 in all',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await ask(['incidents', 'rates', 'OOPS-4', '--json'], rates)).out)).toEqual(rates);
  });
});
