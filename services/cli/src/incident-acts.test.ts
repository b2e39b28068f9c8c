import { problem } from '@oopstream/contracts';
import type { Incident, Problem } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';
import type { HttpServer } from './cli-bench';

const NOW_MS = Date.UTC(2026, 10, 23);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const INCIDENT: Incident = {
  ...{ id: '0192f0c1-0000-7000-8000-000000000001', number: 'OOPS-42', tenant: 'default', title: 'a title' },
  ...{ kind: 'k', family: 'f', blamed: null, entry: null, module: null, status: 'open', holding: false },
  ...{ firstSeenAt: '2026-11-20T08:00:00.000Z', lastSeenAt: '2026-11-20T08:00:00.000Z', resolvedAt: null },
  ...{ crashes: 1, fatalCrashes: 1, hosts: 1, releases: [], groupKeys: [], phase: 'new', severity: 'low' },
  ...{ severityScore: 3, acknowledged: true, assignee: 'ann', muted: false, episode: 1, unordered: [] },
};

const FIXES = 450;

/** Of a table of {@link FIXES} lines; a cursor is how many came before. */
function fixPage(path: string) {
  const query = new URLSearchParams(path.slice(path.indexOf('?')));
  const from = Number(query.get('cursor') ?? 0);
  const end = Math.min(FIXES, from + Number(query.get('limit')));
  const fix = { commit: COMMIT, release: '6.1.90', branch: '6.1', livepatch: null, note: null };
  const items = Array.from({ length: end - from }, (_, n) => ({
    ...{ ...fix, id: `fix-${from + n}`, addedAt: '2026-11-20T08:00:00.000Z', addedBy: 'token:ann' },
  }));
  return { items, nextCursor: end < FIXES ? String(end) : null };
}

describe('acts on incidents and fixes', () => {
  let api: HttpServer;
  let refused: Problem | null;
  beforeEach(async () => {
    refused = null;
    api = await serveHttp(({ path }, response) => {
      if (refused !== null) return sendJson(response, 409, refused);
      if (path.startsWith('/v1/fixes?')) return sendJson(response, 200, fixPage(path));
      if (path === '/v1/fixes') return sendJson(response, 200, { added: 1, known: 1 });
      return sendJson(response, 200, INCIDENT);
    });
  });
  afterEach(() => api.close());
  const cli = (...args: string[]) =>
    run(args, { env: { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_a_s' }, nowMs: () => NOW_MS });
  const sent = () =>
    api.seen.map(({ method, path, bytes }) => [
      `${method} ${path}`,
      JSON.parse(bytes.toString('utf8')) as unknown,
    ]);

  it.each([
    [['resolve', 'OOPS-42', '--release', '6.1.90'], 'resolve', { release: '6.1.90' }],
    [
      ['resolve', 'OOPS-42', '--commit', COMMIT, '--livepatch', 'lp_7'],
      'resolve',
      { commit: COMMIT, livepatch: 'lp_7' },
    ],
    [['reopen', 'OOPS-42', '--note', 'why'], 'reopen', { note: 'why' }],
    [['obsolete', 'OOPS-42'], 'obsolete', {}],
    [['ack', 'OOPS-42'], 'acknowledge', {}],
    [['assign', 'OOPS-42', 'ann'], 'assign', { assignee: 'ann' }],
    [['assign', 'OOPS-42'], 'assign', { assignee: null }],
    [
      ['mute', 'OOPS-42', '--until', '7d', '--hosts', '3'],
      'mute',
      { until: '2026-11-30T00:00:00.000Z', hosts: 3 },
    ],
    [['mute', 'OOPS-42', '--until', '2026-12-01T00:00:00Z'], 'mute', { until: '2026-12-01T00:00:00.000Z' }],
    [['unmute', 'OOPS-42'], 'unmute', {}],
  ])('%j', async (args, verb, body) => {
    expect(await cli('incidents', ...args)).toEqual({
      ...{ exitCode: 0, err: '', out: 'OOPS-42  open (acknowledged, of ann)  a title\n' },
    });
    expect(sent()).toEqual([[`POST /v1/incidents/OOPS-42/${verb}`, body]]);
  });

  it.each(['resolve', 'reopen', 'obsolete', 'ack', 'assign', 'unmute'])(
    '%s of a merged incident says into which, with exit code 5',
    async (name) => {
      const livesOn = { id: 'OOPS-7', href: '/v1/incidents/OOPS-7' };
      refused = problem('incident-merged', 'OOPS-42 was merged into OOPS-7', undefined, livesOn);
      const { exitCode, err } = await cli('incidents', name, 'OOPS-42');
      expect(exitCode).toBe(5);
      expect(err).toContain('OOPS-42 was merged into OOPS-7\n');
    },
  );

  it('prints the answer of the API with --json, and says why one was refused', async () => {
    expect(JSON.parse((await cli('incidents', 'ack', 'OOPS-42', '--json')).out)).toEqual(INCIDENT);
    refused = problem('transition-illegal', 'it is open already');
    const { exitCode, err } = await cli('incidents', 'reopen', 'OOPS-42');
    expect(exitCode).toBe(1);
    expect(err).toContain('it is open already');
  });

  it.each([
    ['incidents', 'mute', 'OOPS-42', '--until', 'soon'],
    ['incidents', 'mute', 'OOPS-42', '--hosts', 'many'],
    ['fixes', 'add', COMMIT],
    ['fixes', 'import', '/nowhere.csv'],
  ])('%s %s refuses what it cannot understand, and sends nothing', async (...args) => {
    expect((await cli(...args)).exitCode).toBe(2);
    expect(api.seen).toEqual([]);
  });

  it('adds fixes of several branches at once', async () => {
    const { out } = await cli('fixes', 'add', COMMIT, '--release', '6.1.90', '6.6.30', '--livepatch', 'lp_7');
    expect(out).toBe('1 added, 1 known\n');
    expect(sent()).toEqual([
      [
        'POST /v1/fixes',
        {
          items: [
            { commit: COMMIT, release: '6.1.90' },
            { commit: COMMIT, release: '6.6.30' },
            { commit: COMMIT, livepatch: 'lp_7' },
          ],
        },
      ],
    ]);
  });

  it('lists the whole fix table page by page, or as much as is asked for', async () => {
    const { out } = await cli('fixes', 'list', '--commit', COMMIT);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((text) => text.split(' ')[0]),
    ).toEqual(Array.from({ length: FIXES }, (_, n) => `fix-${n}`));
    expect(api.seen.map(({ path }) => path)).toEqual(
      ['', '&cursor=200', '&cursor=400'].map((more) => `/v1/fixes?limit=200&commit=${COMMIT}${more}`),
    );
    const some = JSON.parse((await cli('fixes', 'list', '--limit', '201', '--json')).out) as object;
    expect(some).toMatchObject({ items: { length: 201 }, nextCursor: '201' });
    expect((await cli('fixes', 'list', '--limit', '0')).exitCode).toBe(2);
  });
});
