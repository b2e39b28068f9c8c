import { problem } from '@oopstream/contracts';
import type { ReplayDiffView, ReplayView } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

const ID = '0190f3c2-5a1c-7d00-8000-3c0e5a1c7d00';
const RUN: ReplayView = {
  ...{ id: ID, state: 'running', fromVersion: 1, toVersion: 2, readerVersion: 1 },
  range: { since: null, until: null, incidentId: null, release: null },
  progress: { crashesTotal: 10, crashesDone: 4, bodiesRead: 0, bodiesMissing: 3 },
  createdAt: '2026-11-23T00:00:00.000Z',
  createdBy: 'token:ann',
  updatedAt: '2026-11-23T00:00:00.000Z',
  ...{ switchedAt: null, reason: null, detail: null },
};
const none = { count: 0, examples: [] };
const place = (incident: string | null, title: string, crashes: number) => ({ incident, title, crashes });
const DIFF: ReplayDiffView = {
  ...{ crashes: 6, signedAnew: 2, moved: 2, incidentsBefore: 1, incidentsAfter: 2 },
  split: {
    count: 1,
    examples: [{ from: place('OOPS-1', 'f', 6), into: [place('OOPS-1', 'f', 4), place(null, 'g', 2)] }],
  },
  merged: none,
  renamed: none,
  alerts: {
    opened: { count: 1, examples: [place(null, 'g', 2)] },
    notOpened: none,
    recurred: none,
    notRecurred: none,
  },
};

describe('oopstream replay', () => {
  const replay = async (args: readonly string[], answers: readonly [number, unknown][]) => {
    const left = [...answers];
    const api = await serveHttp((_, response) => {
      const [status, body] = left.shift() ?? [500, {}];
      sendJson(response, status, body);
    });
    const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_i_s' };
    const ran = await run(['replay', ...args], { env, pause: () => Promise.resolve() }).finally(api.close);
    return { ...ran, seen: api.seen };
  };

  it('starts one with the range that was asked for, and watches it', async () => {
    const { exitCode, out, seen } = await replay(
      ['start', '--release', '6.1.0', '--algorithm', '2', '--watch'],
      [
        [201, { ...RUN, state: 'planned' }],
        [200, RUN],
        [200, { ...RUN, state: 'diffed' }],
      ],
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(seen[0]!.bytes.toString())).toEqual({
      range: { release: '6.1.0' },
      algorithmVersion: 2,
    });
    expect(out.trim().split('\n')).toEqual(
      ['planned', 'running', 'diffed'].map(
        (state) => `${ID}  ${state}, version 1 to 2, 4 of 10 crashes (40 %), 3 bodies not kept`,
      ),
    );
  });

  it('shows a diff as text and as JSON', async () => {
    const { out } = await replay(['diff', ID], [[200, DIFF]]);
    expect(out).toBe(
      [
        '6 crashes, 2 signed otherwise, 2 would move; 1 incidents become 2',
        'split: 1',
        '  OOPS-1 f into OOPS-1 f (4); a new one g (2)',
        'alerts that would have come: opened: 1',
        '  a new one g (2)',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await replay(['diff', ID, '--json'], [[200, DIFF]])).out)).toEqual(DIFF);
  });

  it.each(['approve', 'switch', 'roll-back', 'cancel'])('asks for %s', async (act) => {
    const { exitCode, seen } = await replay([act, ID], [[200, RUN]]);
    expect([exitCode, seen[0]?.method, seen[0]?.path]).toEqual([0, 'POST', `/v1/replays/${ID}/${act}`]);
  });

  it('fails where it was refused, at once or once it was tried', async () => {
    expect(await replay(['switch', ID], [[409, problem('replay-state', 'it is diffed')]])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('it is diffed') as string,
    });
    const back = { ...RUN, state: 'switched', reason: 'acted-since', detail: 'OOPS-1' };
    expect(
      await replay(
        ['roll-back', ID, '--watch'],
        [
          [200, { ...RUN, state: 'rolling-back' }],
          [200, back],
        ],
      ),
    ).toMatchObject({ exitCode: 1, err: expect.stringContaining('OOPS-1') as string });
  });

  it('lists what there is', async () => {
    expect((await replay(['status'], [[200, { items: [RUN] }]])).out).toContain(ID);
    expect((await replay(['status'], [[200, { items: [] }]])).out).toBe('no replays\n');
  });
});
