import type { Parent, ParentList, Patterns } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

const AT = '2026-11-23T12:00:00.000Z';
const PARENT: Parent = {
  kind: 'victims',
  key: 'victims 6.1 kmalloc-256',
  title: 'memory damage met in kmalloc-256 on 6.1',
  kernelRelease: '6.1',
  slabCache: 'kmalloc-256',
  hostId: null,
  crashes: 5,
  hosts: 2,
  firstSeenAt: AT,
  lastSeenAt: AT,
  incidentCount: 3,
  incidents: [{ number: 'OOPS-1', title: '__kmalloc+171', status: 'open', crashes: 3, lastSeenAt: AT }],
};
const PATTERNS: Patterns = {
  asOf: AT,
  since: AT,
  attribution: {
    verdict: 'model',
    parts: [{ speaksFor: 'model', weight: 0.8, text: '4 of 4 hosts have bios 2.1' }],
  },
  unusual: {
    ...{ crashedHosts: 4, fleetHosts: 100, isSample: true, looked: 20 },
    facets: [{ facet: 'bios', value: '2.1', crashed: 4, fleet: 10, lift: 10, pValue: 1e-5, qValue: 2e-4 }],
  },
  parents: [PARENT],
};

async function ask(args: readonly string[], answer: Patterns | ParentList) {
  const api = await serveHttp((_, response) => sendJson(response, 200, answer));
  const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_r_s' };
  const ran = await run(args, { env }).finally(api.close);
  return { ...ran, path: api.seen[0]?.path };
}

describe('oopstream patterns', () => {
  it('says who is to blame, what is unusual, and the groups', async () => {
    const { out, path } = await ask(['patterns', 'OOPS-1', '--days', '7'], PATTERNS);
    expect(path).toBe('/v1/incidents/OOPS-1/patterns?days=7');
    expect(out).toBe(
      [
        'the model or its firmware is to blame',
        '  for model: 4 of 4 hosts have bios 2.1',
        `unusual among 20 values of 4 crashed hosts against 100 (a sample), since ${AT}:`,
        '  bios 2.1: 4 of 4 crashed, 10 of 100 in all (10.0 times, q 0.00020)',
        '',
        'memory damage met in kmalloc-256 on 6.1 (5 crashes, 2 hosts)',
        '  OOPS-1  open  3 crashes  __kmalloc+171',
        '  and 2 more',
        '',
      ].join('\n'),
    );
  });

  it('says that nothing is unusual', async () => {
    const unusual = { ...PATTERNS.unusual, isSample: false, facets: [] };
    const { out } = await ask(['patterns', 'OOPS-1'], { ...PATTERNS, unusual, parents: [] });
    expect(out).toContain(`nothing unusual among 20 values of 4 crashed hosts against 100, since ${AT}`);
  });

  it('prints the answer as it came', async () => {
    const { out } = await ask(['patterns', 'OOPS-1', '--json'], PATTERNS);
    expect(JSON.parse(out)).toEqual(PATTERNS);
  });
});

describe('oopstream parents', () => {
  it('lists groups', async () => {
    const { out, path } = await ask(['parents', '--kind', 'victims'], { asOf: AT, items: [PARENT] });
    expect(path).toBe('/v1/parents?kind=victims');
    expect(out).toContain('memory damage met in kmalloc-256 on 6.1 (5 crashes, 2 hosts)\n  OOPS-1');
  });

  it('says that there are none', async () =>
    expect((await ask(['parents'], { asOf: AT, items: [] })).out).toBe('no groups\n'));
});
