import type { Gate, Rates } from '@oopstream/contracts';
import { fixtureIncident } from '@oopstream/ports/fakes';
import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OLD = '5.14.0-362.8.1.el9_3.x86_64';
const NEW = '5.14.0-362.13.1.el9_3.x86_64';
const LIMITS = { maxGapMs: 25 * HOUR_MS, lateMs: DAY_MS, maxAgeMs: 900 * DAY_MS, maxAheadMs: 0 };

describe('rates and the gate', () => {
  let bench: ApiBench;
  let reader: string;
  const { incident } = fixtureIncident(1);
  beforeEach(async () => {
    bench = await openApiBench();
    reader = await bench.token(['read']);
    bench.queries.addIncident(fixtureIncident(1));
  });
  afterEach(() => bench.app.close());

  /** Hosts seen each day for `days` days, up to now. */
  const run = async (release: string, hosts: number, days: number) => {
    const beats = Array.from({ length: hosts }, (_, host) =>
      Array.from({ length: days + 1 }, (__, day) => ({
        hostId: `${release}-${host}`,
        atMs: NOW_MS - day * DAY_MS,
        build: { release, flavour: '', model: '' },
        name: null,
        bios: null,
        livepatches: [],
        bootId: null,
        uptimeSeconds: null,
        kdumpReady: null,
        labels: {},
      })),
    ).flat();
    await bench.census.record('default', beats, LIMITS, NOW_MS);
  };
  const crash = (
    release: string,
    count: number,
    more: { fatal?: boolean; hosts?: number; of?: string } = {},
  ) => {
    for (let n = 0; n < count; n++)
      bench.census.addCrash({
        tenant: 'default',
        incidentId: more.of ?? incident.id,
        hostId: `${release}-${n % (more.hosts ?? 10)}`,
        release,
        fatal: more.fatal ?? true,
        atMs: NOW_MS - HOUR_MS * (n + 1),
      });
  };
  const rates = async (query = '') => (await bench.get(`/v1/rates${query}`, reader)).json<Rates>();
  const gate = async (query = '') =>
    (await bench.get(`/v1/gate?from=${OLD}&to=${NEW}${query}`, reader)).json<Gate>();

  it('are crashes for each 1,000 host-days, with exact intervals, fatal and survived apart', async () => {
    await run(OLD, 20, 10);
    crash(OLD, 5);
    crash(OLD, 2, { fatal: false });
    crash(OLD, 1, { hosts: 1 });
    bench.census.addCrash({
      tenant: 'default',
      incidentId: incident.id,
      hostId: 'nobody-counted',
      release: OLD,
      fatal: true,
      atMs: NOW_MS - 1,
    });
    const { releases, ...span } = await rates();
    expect(span).toMatchObject({ incident: null, confidence: 0.95, turns: [] });
    expect(span).toMatchObject({ since: '2026-10-23T00:00:00.000Z', until: '2026-11-22T00:00:00.000Z' });
    expect(releases).toEqual([
      {
        release: OLD,
        branch: 'rhel el9 5.14.0',
        hostDays: 200,
        hosts: 20,
        fatal: {
          crashes: 6,
          hosts: 5,
          per1000HostDays: { value: 30, lower: expect.closeTo(11.01, 2), upper: expect.closeTo(65.3, 1) },
          shareOfHosts: 0.25,
        },
        survived: expect.objectContaining({ crashes: 2, hosts: 2 }),
        fatalOutsideCensus: 1,
        dirtyReboots: 0,
        firstFatalAt: new Date(NOW_MS - 5 * HOUR_MS).toISOString(),
        lastFatalAt: new Date(NOW_MS - 1).toISOString(),
      },
    ]);
  });

  it('of an incident tell where it came in, and list releases that the census never saw without a rate', async () => {
    await run(OLD, 50, 10);
    await run(NEW, 50, 10);
    crash(NEW, 12);
    crash(OLD, 3, { of: '00000000-0000-7000-8000-00000000ffff' });
    crash('6.6.1', 1);
    const found = await rates(`?incident=${incident.number}`);
    expect(found.incident).toBe(incident.number);
    expect(
      found.releases.map(({ release, fatal }) => [release, fatal.crashes, fatal.per1000HostDays?.value]),
    ).toEqual([
      [OLD, 0, 0],
      [NEW, 12, 24],
      ['6.6.1', 0, undefined],
    ]);
    expect(found.turns).toMatchObject([
      { branch: 'rhel el9 5.14.0', firstBad: NEW, lastGood: OLD, proven: true },
      { branch: 'upstream 6.6', firstBad: '6.6.1', lastGood: null, proven: false },
    ]);
    expect((await rates(`?release=${NEW}`)).releases).toHaveLength(1);
  });

  it('count the days that are asked for', async () => {
    await run(OLD, 2, 10);
    const found = await rates('?since=2026-11-15&until=2026-11-18');
    expect(found.releases).toMatchObject([{ hostDays: 6 }]);
    expect(found).toMatchObject({ since: '2026-11-15T00:00:00.000Z', until: '2026-11-18T00:00:00.000Z' });
  });

  it('say worse, not worse, and not enough data, and why in words', async () => {
    await run(OLD, 50, 10);
    await run(NEW, 50, 10);
    expect(await gate()).toMatchObject({ verdict: 'not-enough-data', why: 'ratio-open', ratio: null });
    expect(await gate('&acceptableRate=8')).toMatchObject({ verdict: 'not-worse', why: 'rate-acceptable' });
    expect((await gate()).explanation).toMatch(/^Neither release crashed, .* say what rate is acceptable\.$/);
    crash(OLD, 2);
    expect((await gate()).explanation).toBe(
      'The ratio of the rates is 0 to 5.32 at 95 % confidence, which rules out neither 1 nor 2. So few crashes can show no rise at all.',
    );
    crash(OLD, 2);
    crash(NEW, 20);
    const worse = await gate();
    expect(worse).toMatchObject({ verdict: 'worse', why: 'rate-rose', ratio: 5, tolerance: 2 });
    expect(worse.explanation).toMatch(
      /crashes 5 times as often: at least 1\.\d+ times at 95 % confidence\.$/,
    );
    expect(worse.from).toMatchObject({ release: OLD, hostDays: 500 });
    expect(worse.to.fatal).toMatchObject({ crashes: 20, hosts: 10 });
    const other = '00000000-0000-7000-8000-00000000ffff';
    crash(OLD, 200, { of: other });
    crash(NEW, 200, { of: other });
    expect(await gate()).toMatchObject({ verdict: 'not-worse', why: 'ratio-bounded' });
    expect(await gate(`&incident=${incident.number}`)).toMatchObject({ verdict: 'worse' });
    expect(await gate('&tolerance=1.1')).toMatchObject({ verdict: 'not-enough-data' });
  });

  it('point at a host in a loop, which counts once where hosts are compared', async () => {
    await run(OLD, 50, 10);
    await run(NEW, 50, 10);
    crash(OLD, 1);
    crash(NEW, 30, { hosts: 1 });
    expect((await gate()).explanation).toMatch(/All 30 crashes are of one host: compare with count=hosts\.$/);
    expect(await gate('&count=hosts')).toMatchObject({ verdict: 'not-enough-data', count: 'hosts' });
  });

  it('know nothing of a release that nobody ran', async () => {
    await run(OLD, 5, 1);
    const found = await gate();
    expect(found).toMatchObject({ verdict: 'not-enough-data', why: 'no-host-days' });
    expect(found.explanation).toBe(`The census saw nobody run ${NEW} in this time.`);
    expect(found.interval).toEqual({ lower: 0, upper: null });
  });

  it.each([
    ['/v1/gate?from=a', 400, 'query-invalid'],
    ['/v1/gate?from=a&to=a', 400, 'query-invalid'],
    ['/v1/gate?from=a&to=b&tolerance=1', 400, 'query-invalid'],
    ['/v1/gate?from=a&to=b&confidence=1', 400, 'query-invalid'],
    ['/v1/gate?from=a&to=b&incident=OOPS-99', 404, 'incident-unknown'],
    ['/v1/rates?since=2026-11-20&until=2026-11-20', 400, 'query-invalid'],
    ['/v1/rates?since=yesterday', 400, 'query-invalid'],
    ['/v1/rates?incident=OOPS-99', 404, 'incident-unknown'],
  ])('refuse %s', async (url, status, reason) => {
    expect((await bench.get(url, reader)).json()).toMatchObject({ status, reason });
  });

  it('want the scope', async () => {
    const agent = await bench.token(['ingest']);
    expect((await bench.get('/v1/rates', agent)).statusCode).toBe(403);
    expect((await bench.get(`/v1/gate?from=${OLD}&to=${NEW}`, agent)).statusCode).toBe(403);
  });
});
