import type { ReplayDiff } from '@oopstream/core-incident';
import { fixtureIncident } from '@oopstream/ports/fakes';
import { openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const none = { count: 0, examples: [] };
const DIFF: ReplayDiff = {
  ...{ crashes: 6, signedAnew: 2, moved: 2, incidentsBefore: 1, incidentsAfter: 2 },
  split: {
    count: 1,
    examples: [
      { from: { number: 1, title: 'f', crashes: 6 }, into: [{ number: null, title: 'g', crashes: 2 }] },
    ],
  },
  merged: none,
  renamed: { count: 1, examples: [{ number: 1, before: 'f', after: 'h' }] },
  alerts: { opened: none, notOpened: none, recurred: none, notRecurred: none },
};

describe('/v1/replays', () => {
  let bench: ApiBench;
  let admin: string;
  beforeEach(async () => {
    bench = await openApiBench();
    admin = await bench.token(['admin', 'read']);
  });
  afterEach(() => bench.app.close());
  const start = async (body: object = {}) => bench.post('/v1/replays', body, admin);

  it('plans one at a time, and says how far it is', async () => {
    const planned = await start({ range: { release: '6.1.0', since: '2026-01-01T00:00:00Z' } });
    expect(planned.statusCode).toBe(201);
    const { id } = planned.json<{ id: string }>();
    expect(planned.json()).toMatchObject({
      state: 'planned',
      toVersion: 1,
      range: { release: '6.1.0', since: '2026-01-01T00:00:00.000Z', until: null, incidentId: null },
    });
    expect((await start()).json()).toMatchObject({ reason: 'replay-busy', detail: id });
    bench.replays.set(id, { state: 'running', crashesTotal: 10, crashesDone: 4 });
    expect((await bench.get(`/v1/replays/${id}`, admin)).json()).toMatchObject({
      state: 'running',
      progress: { crashesTotal: 10, crashesDone: 4 },
    });
    expect((await bench.get('/v1/replays', admin)).json()).toMatchObject({ items: [{ id }] });
    expect((await bench.get(`/v1/replays/${id}/diff`, admin)).json()).toMatchObject({
      reason: 'replay-state',
    });
  });

  it('goes from diff to switch and back by people, in order, with a line in the audit each', async () => {
    const { id } = (await start()).json<{ id: string }>();
    const act = async (name: string) =>
      (await bench.post(`/v1/replays/${id}/${name}`, {}, admin)).json<object>();
    expect(await act('switch')).toMatchObject({ reason: 'replay-state', status: 409 });
    bench.replays.set(id, { state: 'diffed' });
    bench.replays.diffs.set(id, DIFF);
    expect((await bench.get(`/v1/replays/${id}/diff`, admin)).json()).toMatchObject({
      moved: 2,
      split: {
        count: 1,
        examples: [{ from: { incident: 'OOPS-1' }, into: [{ incident: null, title: 'g' }] }],
      },
      renamed: { examples: [{ incident: 'OOPS-1', before: 'f', after: 'h' }] },
    });
    expect(await act('approve')).toMatchObject({ state: 'approved' });
    expect(await act('switch')).toMatchObject({ state: 'switching' });
    bench.replays.set(id, { state: 'switched' });
    expect(await act('roll-back')).toMatchObject({ state: 'rolling-back' });
    expect(bench.replays.audit.map(({ action }) => action)).toEqual([
      'replay.plan',
      'replay.approve',
      'replay.switch',
      'replay.roll-back',
    ]);
  });

  it('refuses what it does not know', async () => {
    expect((await start({ algorithmVersion: 99 })).json()).toMatchObject({ reason: 'algorithm-unknown' });
    expect((await start({ range: { incident: 'OOPS-404' } })).json()).toMatchObject({
      reason: 'incident-unknown',
    });
    expect((await start({ range: { since: 'yesterday' } })).statusCode).toBe(400);
    for (const path of ['', '/diff'])
      expect((await bench.get(`/v1/replays/nowhere${path}`, admin)).json()).toMatchObject({
        reason: 'replay-unknown',
      });
    expect((await bench.post('/v1/replays/nowhere/cancel', {}, admin)).json()).toMatchObject({
      reason: 'replay-unknown',
    });
  });

  it('finds the incident of a range by its number', async () => {
    const stored = fixtureIncident(1);
    bench.queries.addIncident(stored);
    const planned = await start({ range: { incident: 'OOPS-1' } });
    expect(planned.json()).toMatchObject({ range: { incidentId: stored.incident.id } });
  });
});
