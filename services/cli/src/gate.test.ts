import { problem } from '@oopstream/contracts';
import type { Gate, Rates, ReleaseRate } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

const rate = (release: string, crashes: number, hosts = crashes): ReleaseRate => ({
  release,
  branch: 'debian 6.1',
  hostDays: 500,
  hosts: 50,
  fatal: {
    crashes,
    hosts,
    per1000HostDays: { value: crashes * 2, lower: 1, upper: 100 },
    shareOfHosts: 0.1,
  },
  survived: { crashes: 0, hosts: 0, per1000HostDays: null, shareOfHosts: 0 },
  fatalOutsideCensus: 0,
  dirtyReboots: 0,
  firstFatalAt: null,
  lastFatalAt: null,
});

const SPAN = {
  asOf: '2026-11-23T12:00:00.000Z',
  since: '2026-10-24T00:00:00.000Z',
  until: '2026-11-23T12:00:00.000Z',
  incident: null,
  confidence: 0.95,
};

const GATE: Gate = {
  ...SPAN,
  verdict: 'worse',
  why: 'rate-rose',
  explanation: 'b crashes 5 times as often.',
  ratio: 5,
  interval: { lower: 1.67, upper: null },
  pValue: 0.00077,
  detectableRatio: 3,
  tolerance: 2,
  acceptableRate: null,
  count: 'crashes',
  from: rate('a', 4),
  to: { ...rate('b', 20, 3), fatalOutsideCensus: 1, dirtyReboots: 3 },
};

async function ask(args: readonly string[], answer: unknown, status = 200) {
  const api = await serveHttp((_, response) => sendJson(response, status, answer));
  const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_r_s' };
  const ran = await run(args, { env }).finally(api.close);
  return { ...ran, path: api.seen[0]?.path };
}

describe('oopstream gate', () => {
  const gate = (more: Partial<Gate> = {}, args: readonly string[] = []) =>
    ask(['gate', '--from', 'a', '--to', 'b', ...args], { ...GATE, ...more });

  it('shows both rates, their ratio and the verdict', async () => {
    expect((await gate()).out).toBe(
      [
        'from   a: 4 fatal crashes in 500.0 host-days, 8.00 (1.00 to 100.00) crashes in 1,000 host-days',
        'to     b: 20 fatal crashes of 3 hosts in 500.0 host-days, 40.00 (1.00 to 100.00) crashes in 1,000 host-days; 1 outside the census; 3 reboots without a dump, not counted',
        'ratio  5.00 (1.67 to no bound), p 0.00077',
        'worse: b crashes 5 times as often.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['not-worse', 0, ''],
    ['worse', 3, 'oopstream: worse: b crashes 5 times as often.\n'],
    ['not-enough-data', 4, 'oopstream: not enough data: b crashes 5 times as often.\n'],
  ] as const)('ends at %s with %d', async (verdict, exitCode, err) => {
    expect(await gate({ verdict })).toMatchObject({ exitCode, err });
    const json = await gate({ verdict }, ['--json']);
    expect([json.exitCode, JSON.parse(json.out)]).toEqual([exitCode, { ...GATE, verdict }]);
  });

  it('asks what it was told to', async () => {
    const options = ['--incident', 'OOPS-4', '--since', '2026-11-01', '--until', '2026-11-20'];
    const more = ['--tolerance', '1.5', '--confidence', '.9', '--acceptable-rate', '2', '--count', 'hosts'];
    const { path } = await gate({}, [...options, ...more]);
    expect(path).toBe(
      '/v1/gate?from=a&to=b&incident=OOPS-4&since=2026-11-01&until=2026-11-20&tolerance=1.5&confidence=.9&acceptableRate=2&count=hosts',
    );
  });

  it('never lets a refusal or wrong usage pass for a verdict', async () => {
    const refused = await ask(
      ['gate', '--from', 'a', '--to', 'b'],
      problem('query-invalid', 'tolerance'),
      400,
    );
    expect(refused).toMatchObject({ exitCode: 1, out: '' });
    expect(await run(['gate', '--from', 'a'])).toMatchObject({ exitCode: 2, out: '' });
  });
});

describe('oopstream rates', () => {
  const RATES: Rates = {
    ...SPAN,
    incident: 'OOPS-4',
    releases: [
      { ...rate('6.1.0-18-amd64', 4), dirtyReboots: 2 },
      { ...rate('6.1.0-21-amd64', 1), hostDays: 0, fatal: { ...rate('', 1).fatal, per1000HostDays: null } },
    ],
    turns: [
      {
        branch: 'debian 6.1',
        firstBad: '6.1.0-18-amd64',
        lastGood: '6.1.0-17-amd64',
        lastGoodHostDays: 250,
        chanceOfNone: 0.1353,
        proven: true,
      },
      {
        branch: 'debian 6.6',
        firstBad: '6.6.1-amd64',
        lastGood: null,
        lastGoodHostDays: null,
        chanceOfNone: null,
        proven: false,
      },
    ],
  };

  it('shows each release, and where a bug came in', async () => {
    const { exitCode, out, path } = await ask(
      ['rates', '--incident', 'OOPS-4', '--since', '2026-11-01'],
      RATES,
    );
    expect([exitCode, path]).toEqual([0, '/v1/rates?incident=OOPS-4&since=2026-11-01']);
    expect(out).toBe(
      [
        '     rate        95 % interval  crashes    host-days  release',
        '     8.00       1.00 to 100.00        4        500.0  6.1.0-18-amd64  (2 reboots without a dump)',
        '        -                             1          0.0  6.1.0-21-amd64',
        'debian 6.1: first bad 6.1.0-18-amd64, last good 6.1.0-17-amd64, 250.0 host-days, none there by chance: 14 % (proven)',
        'debian 6.6: first bad 6.6.1-amd64, no good build before it',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await ask(['rates', '--json'], RATES)).out)).toEqual(RATES);
  });

  it('says where to look when nobody was counted', async () => {
    const { out } = await ask(['rates'], { ...RATES, releases: [], turns: [] });
    expect(out).toMatch(/^no host-days from .*: see oopstream census\n$/);
  });
});
