import type { IncidentDetail, IncidentPage } from '@oopstream/contracts';
import { newLife } from '@oopstream/core-incident';
import { FIXTURE_TIME_MS, fixtureIncident } from '@oopstream/ports/fakes';
import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('what people do with an incident', () => {
  let bench: ApiBench;
  let admin: string;
  beforeEach(async () => {
    bench = await openApiBench();
    admin = await bench.token(['admin', 'read']);
    bench.queries.addIncident(fixtureIncident(1));
  });
  afterEach(() => bench.app.close());
  const act = (verb: string, body: object) => bench.post(`/v1/incidents/OOPS-1/${verb}`, body, admin);

  it.each(['obsolete', 'acknowledge', 'unmute'])(
    '%s is done in the name of the token, with its note',
    async (verb) => {
      const answer = await act(verb, { note: 'why' });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ number: 'OOPS-1', phase: 'new', episode: 1 });
      expect(bench.acts).toEqual([
        expect.objectContaining({
          verb,
          act: expect.objectContaining({ actor: 'token:admin+read', note: 'why', atMs: NOW_MS }),
        }),
      ]);
    },
  );

  it('assigns to somebody, or to nobody', async () => {
    await act('assign', { assignee: 'ann' });
    await act('assign', { assignee: null });
    expect(bench.acts).toMatchObject([{ more: 'ann' }, { more: null }]);
    expect((await act('assign', {})).statusCode).toBe(400);
  });

  it('mutes until whatever is said', async () => {
    await act('mute', { until: '2026-12-01T00:00:00Z', crashes: 3, hosts: 2, release: '6.1.90' });
    await act('mute', { crashes: 1 });
    expect(bench.acts).toMatchObject([
      { more: { untilMs: Date.UTC(2026, 11, 1), crashes: 3, hosts: 2, release: '6.1.90' } },
      { more: { untilMs: null, crashes: 1, hosts: null, release: null } },
    ]);
    expect((await act('mute', { crashes: 0 })).statusCode).toBe(400);
  });

  it('says why an act is refused', async () => {
    bench.result = { kind: 'illegal', status: 'open', reason: 'mute-without-end' };
    const answer = await act('mute', {});
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      reason: 'transition-illegal',
      detail: 'it was not said when the mute ends (mute-without-end)',
    });
  });

  it.each([
    ...['resolve', 'reopen', 'obsolete', 'acknowledge', 'unmute'].map((verb) => [verb, {}] as const),
    ['assign', { assignee: 'ann' }] as const,
    ['mute', { crashes: 1 }] as const,
  ])('%s of a merged incident is refused, and says where it lives on', async (verb, body) => {
    bench.result = { kind: 'merged', into: 'OOPS-7' };
    const answer = await act(verb, body);
    expect([answer.statusCode, answer.headers['location']]).toEqual([409, undefined]);
    expect(answer.json()).toMatchObject({
      ...{ reason: 'incident-merged', detail: 'OOPS-1 was merged into OOPS-7' },
      livesOn: { id: 'OOPS-7', href: '/v1/incidents/OOPS-7' },
    });
  });

  it('resolves by commit and livepatch too', async () => {
    await act('resolve', { commit: COMMIT.toUpperCase(), livepatch: 'lp-7' });
    expect(bench.acts).toMatchObject([{ act: { release: null, commit: COMMIT, livepatch: 'lp-7' } }]);
    expect((await act('resolve', { commit: 'abc' })).statusCode).toBe(400);
  });
});

describe('what an incident says of its life', () => {
  let bench: ApiBench;
  let reader: string;
  beforeEach(async () => {
    bench = await openApiBench();
    reader = await bench.token(['read']);
    const { life } = newLife(FIXTURE_TIME_MS);
    const living = {
      ...({ trend: 'escalating', severity: 64, fix: null, recurrences: 1 } as const),
      triage: {
        ...{ acknowledgedAtMs: FIXTURE_TIME_MS, acknowledgedBy: 'token:ann', assignee: 'ann' },
        mute: {
          ...{
            atMs: FIXTURE_TIME_MS,
            by: 'token:ann',
            untilMs: null,
            crashes: 9,
            hosts: null,
            release: null,
          },
        },
      },
      life: {
        ...life,
        escalation: { sinceMs: FIXTURE_TIME_MS, rule: 'spike', limit: 36, calmSinceMs: null } as const,
      },
    };
    bench.queries.addIncident(fixtureIncident(1, { living }));
    bench.queries.addIncident(fixtureIncident(2));
  });
  afterEach(() => bench.app.close());

  it('on its page: severity with its parts, triage, escalation, episodes', async () => {
    const answer = await bench.get('/v1/incidents/OOPS-1', reader);
    const detail = answer.json<IncidentDetail>();
    expect(detail).toMatchObject({
      incident: { phase: 'escalating', severity: 'high', severityScore: 64, episode: 2, muted: true },
      triage: { acknowledgedBy: 'token:ann', assignee: 'ann', mute: { crashes: 9, until: null } },
      escalation: { rule: 'spike', limit: 36, since: new Date(FIXTURE_TIME_MS).toISOString() },
      episodes: [{ number: 1, openedWhy: 'first-sighting', closedAt: null, crashes: 1 }],
    });
    const { parts, score } = detail.severity;
    expect(parts.map(({ part }) => part)).toEqual(['kind', 'spread', 'fatality', 'corruption']);
    expect(parts.reduce((sum, { points }) => sum + points, 0)).toBe(score);
  });

  it.each([
    ['trend=escalating', ['OOPS-1']],
    ['trend=new', ['OOPS-2']],
    ['triage=muted', ['OOPS-1']],
    ['triage=unacknowledged', ['OOPS-2']],
    ['assignee=ann', ['OOPS-1']],
    ['severity=high', ['OOPS-1']],
    ['status=obsolete', []],
    ['sort=-severity', ['OOPS-1', 'OOPS-2']],
    ['sort=severity', ['OOPS-2', 'OOPS-1']],
  ])('in the list, by %s', async (query, numbers) => {
    const answer = await bench.get(`/v1/incidents?${query}`, reader);
    expect(answer.json<IncidentPage>().items.map(({ number }) => number)).toEqual(numbers);
  });
});

describe('the fix table', () => {
  let bench: ApiBench;
  let admin: string;
  beforeEach(async () => {
    bench = await openApiBench();
    admin = await bench.token(['admin', 'read']);
  });
  afterEach(() => bench.app.close());
  const add = (...items: object[]) => bench.post('/v1/fixes', { items }, admin);

  it('takes releases and livepatches of a commit once, and lists them with their branches', async () => {
    const items = [
      { commit: COMMIT, release: '6.1.90', note: 'stable' },
      { commit: COMMIT, livepatch: 'lp-7' },
    ];
    expect((await add(...items)).json()).toEqual({ added: 2, known: 0 });
    expect((await add(...items)).json()).toEqual({ added: 0, known: 2 });
    const answer = await bench.get(`/v1/fixes?commit=${COMMIT.slice(0, 12)}`, admin);
    const { items: rows } = answer.json<{ items: { id: string }[] }>();
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          commit: COMMIT,
          release: '6.1.90',
          branch: 'upstream 6.1',
          addedBy: 'token:admin+read',
        }),
        expect.objectContaining({ livepatch: 'lp-7', release: null, branch: null }),
      ]),
    );
    expect(bench.audit).toMatchObject([{ action: 'fix.added', detail: { commits: [COMMIT], added: 2 } }]);
  });

  it('forgets a line, and knows no other', async () => {
    await add({ commit: COMMIT, release: '6.1.90' });
    const [row] = bench.fixes.rows;
    const remove = (id: string) =>
      bench.app.inject({ method: 'DELETE', url: `/v1/fixes/${id}`, headers: { authorization: admin } });
    expect((await remove(row!.id)).statusCode).toBe(204);
    expect((await remove(row!.id)).statusCode).toBe(404);
    expect(bench.audit.map(({ action }) => action)).toEqual(['fix.added', 'fix.removed']);
  });

  it.each([
    [{ commit: COMMIT }, 400, 'request-invalid'],
    [{ commit: COMMIT, release: '6.1.90', livepatch: 'lp-7' }, 400, 'request-invalid'],
    [{ commit: 'abc', release: '6.1.90' }, 400, 'request-invalid'],
    [{ commit: COMMIT, release: 'six' }, 400, 'release-unreadable'],
  ])('refuses %j', async (item, status, reason) => {
    const answer = await add(item);
    expect([answer.statusCode, answer.json<{ reason: string }>().reason]).toEqual([status, reason]);
    expect(bench.fixes.rows).toEqual([]);
  });
});
