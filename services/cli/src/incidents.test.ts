import { problem } from '@oopstream/contracts';
import type { Incident, IncidentDetail, IncidentListItem } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';
import type { HttpServer, Seen } from './cli-bench';

const INCIDENT: Incident = {
  id: '0192f0c1-0000-7000-8000-000000000001',
  number: 'OOPS-42',
  tenant: 'default',
  title: '__kmalloc+171 stack_segment from usbdev_ioctl',
  kind: 'stack-segment',
  family: 'bad-access',
  blamed: 'usbdev_ioctl',
  entry: null,
  module: null,
  status: 'open',
  holding: false,
  firstSeenAt: '2026-11-20T08:00:00.000Z',
  lastSeenAt: '2026-11-23T04:12:09.000Z',
  resolvedAt: null,
  crashes: 17,
  fatalCrashes: 3,
  hosts: 5,
  releases: ['6.1.0-13-amd64'],
  groupKeys: [],
  phase: 'ongoing',
  severity: 'high',
  severityScore: 64,
  acknowledged: false,
  assignee: null,
  muted: false,
  episode: 1,
  unordered: [],
};
const ITEM: IncidentListItem = {
  ...INCIDENT,
  recurrences: 0,
  verdict: 'memory-overwrite',
  trend: Array.from({ length: 14 }, () => 0),
};
const DETAIL: IncidentDetail = {
  incident: INCIDENT,
  algorithmVersion: 1,
  keys: [],
  severity: { level: 'high', score: 64, parts: [] },
  triage: { acknowledgedAt: null, acknowledgedBy: null, assignee: null, mute: null },
  escalation: null,
  unordered: [],
  episodes: [],
  resolution: null,
  recurrences: 0,
  hosts: [
    {
      hostId: 'f'.repeat(32),
      name: 'web-17',
      model: null,
      crashes: 17,
      fatalCrashes: 3,
      firstSeenAt: ITEM.firstSeenAt,
      lastSeenAt: ITEM.lastSeenAt,
    },
  ],
  releases: [
    {
      release: '6.1.0-13-amd64',
      crashes: 17,
      fatalCrashes: 3,
      survivedCrashes: 14,
      firstSeenAt: ITEM.firstSeenAt,
      lastSeenAt: ITEM.lastSeenAt,
    },
  ],
  variants: [],
  verdicts: [
    { verdict: 'memory-overwrite', crashes: 12 },
    { verdict: 'unknown', crashes: 2 },
  ],
  hardware: [
    { likelihood: 'unlikely', crashes: 13 },
    { likelihood: 'possible', crashes: 1 },
  ],
  trend: { bucket: 'day', buckets: [] },
  recentCrashes: [],
  deliveries: [],
  history: [],
};

describe('oopstream incidents', () => {
  let items: IncidentListItem[];
  let api: HttpServer;
  const incidents = (...args: string[]) =>
    run(['incidents', ...args], { env: { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_r_s' } });
  const answer = ({ path }: Seen, response: Parameters<typeof sendJson>[0]) => {
    if (path.startsWith('/v1/incidents?')) return sendJson(response, 200, { items, nextCursor: null });
    if (path === '/v1/incidents/OOPS-42') return sendJson(response, 200, DETAIL);
    if (path === '/v1/incidents/OOPS-7')
      return void response.writeHead(308, { location: '/v1/incidents/OOPS-42' }).end();
    if (path === '/v1/incidents/OOPS-8') return sendJson(response, 200, { incident: 'of tomorrow' });
    return sendJson(response, 404, problem('incident-unknown'));
  };

  beforeEach(async () => {
    items = [ITEM];
    api = await serveHttp(answer);
  });
  afterEach(() => api.close());

  it('lists them, a line each', async () => {
    const { exitCode, out, err } = await incidents();
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(out).toMatch(
      /OOPS-42 +17 +5 +2026-11-23 04:12 +high +memory-overwrite +● __kmalloc\+171 stack_segment from usbdev_ioctl\n/,
    );
    expect(api.seen[0]!.authorization).toBe('Bearer oops_r_s');
  });

  it('asks for what the options name, and for nothing else', async () => {
    await incidents('--status', 'all', '--sort', '-hosts', '--limit', '3', '--host', 'web-17', '--q', 'a b');
    const query = new URLSearchParams(api.seen[0]!.path.split('?')[1]);
    expect(Object.fromEntries(query)).toEqual({
      status: 'all',
      sort: '-hosts',
      limit: '3',
      host: 'web-17',
      q: 'a b',
    });
  });

  it('asks for a verdict and for hardware', async () => {
    await incidents('--verdict', 'lockup', '--hardware', 'likely');
    expect(api.seen[0]!.path).toContain('verdict=lockup&hardware=likely');
  });

  it('says so where there are none', async () => {
    items = [];
    expect(await incidents()).toEqual({ exitCode: 0, out: 'no incidents\n', err: '' });
  });

  it('shows one, also by the number of one that was merged into it', async () => {
    for (const number of ['OOPS-42', 'OOPS-7']) {
      const { exitCode, out } = await incidents(number);
      expect(exitCode).toBe(0);
      expect(out).toContain('17 crashes (3 fatal) on 5 hosts');
      expect(out).toContain('\nmemory-overwrite 12 · unknown 2 · hardware possible 1\n');
      expect(out).toContain('17  6.1.0-13-amd64\n');
      expect(out).toContain('17  web-17\n');
    }
  });

  it('prints the answer of the API with --json', async () => {
    expect(JSON.parse((await incidents('OOPS-42', '--json')).out)).toEqual(DETAIL);
    expect(JSON.parse((await incidents('--json')).out)).toEqual({ items: [ITEM], nextCursor: null });
  });

  it.each([
    ['OOPS-9', 'No such incident (404 incident-unknown)'],
    ['OOPS-8', 'answered in a shape this version does not know'],
    ['../tokens', 'No such incident (404 incident-unknown)'],
  ])('tells in one line why %s is not shown', async (number, why) => {
    const { exitCode, out, err } = await incidents(number);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(/^oopstream: [^\n]*\n$/);
    expect(err).toContain(why);
  });
});
