import type { ParentList, Patterns } from '@oopstream/contracts';
import { fixtureIncident } from '@oopstream/ports/fakes';
import type { ParentRow } from '@oopstream/ports';
import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const DAY_MS = 86_400_000;
const at = '2026-11-22T00:00:00.000Z';
const member = { number: 'OOPS-1', title: 'a', status: 'open', crashes: 3, lastSeenAtMs: NOW_MS };
const row = (key: string): ParentRow => ({
  key,
  crashes: 5,
  hosts: 2,
  firstSeenAtMs: NOW_MS,
  lastSeenAtMs: NOW_MS,
  incidentCount: 3,
  incidents: [member],
});

describe('patterns', () => {
  let bench: ApiBench;
  let reader: string;
  beforeEach(async () => {
    bench = await openApiBench();
    reader = await bench.token(['read']);
    bench.queries.addIncident(fixtureIncident(1));
  });
  afterEach(() => bench.app.close());
  const patterns = async (query = '') =>
    (await bench.get(`/v1/incidents/OOPS-1/patterns${query}`, reader)).json<Patterns>();

  it('says what is unusual of an incident’s hosts and whom that blames', async () => {
    bench.patterns.facetRows = {
      ...{ fleetHosts: 1_000, crashedHosts: 10, isSample: false, looked: 40 },
      counts: [
        { facet: 'bios', value: '2.1', crashed: 10, fleet: 50 },
        { facet: 'rack', value: 'r1', crashed: 1, fleet: 40 },
      ],
    };
    bench.patterns.pattern = { ...bench.patterns.pattern, hosts: 10, hostsOfKnownModel: 10, models: 1 };
    const { attribution, unusual, parents } = await patterns();
    expect(unusual).toMatchObject({ fleetHosts: 1_000, crashedHosts: 10, isSample: false, looked: 40 });
    expect(unusual.facets).toMatchObject([{ facet: 'bios', value: '2.1', lift: 20 }]);
    expect(attribution.verdict).toBe('model');
    expect(parents).toEqual([]);
  });

  it('shows the groups that an incident belongs to, a host only of its last days', async () => {
    bench.patterns.victimRows = [row('victims 6.1.0-13-amd64 kmalloc-256')];
    bench.patterns.hostRows = [row('web-17')];
    expect((await patterns()).parents).toMatchObject([
      {
        kind: 'victims',
        title: 'memory damage met in kmalloc-256 on 6.1.0-13-amd64',
        slabCache: 'kmalloc-256',
        incidents: [{ number: 'OOPS-1', lastSeenAt: at }],
      },
      { kind: 'host', hostId: 'web-17', kernelRelease: null },
    ]);
    const [victims, hosts] = bench.patterns.asked;
    expect(victims?.query).toMatchObject({ sinceMs: NOW_MS - 30 * DAY_MS, minIncidents: 2 });
    expect(hosts?.query).toMatchObject({ sinceMs: NOW_MS - 7 * DAY_MS, minIncidents: 3 });
  });

  it('lists groups of one kind or of all', async () => {
    bench.patterns.victimRows = [row('victims 6.1.0-13-amd64')];
    bench.patterns.hostRows = [row('web-17')];
    const list = async (query: string) =>
      (await bench.get(`/v1/parents${query}`, reader))
        .json<ParentList>()
        .items.map(({ kind, key }) => [kind, key]);
    expect(await list('')).toEqual([
      ['victims', 'victims 6.1.0-13-amd64'],
      ['host', 'web-17'],
    ]);
    expect(await list('?kind=host')).toEqual([['host', 'web-17']]);
    expect(await list('?kind=victims&limit=1')).toEqual([['victims', 'victims 6.1.0-13-amd64']]);
  });

  it.each(['?days=0', '?days=401', '?falseShare=0', '?nothing=1'])('refuses %s', async (query) =>
    expect((await bench.get(`/v1/incidents/OOPS-1/patterns${query}`, reader)).statusCode).toBe(400),
  );

  it('knows no pattern of an incident that is none', async () =>
    expect((await bench.get('/v1/incidents/OOPS-9/patterns', reader)).statusCode).toBe(404));
});
