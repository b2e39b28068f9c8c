import { problem } from '@oopstream/contracts';
import type { DecisionView, MembershipProofView } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';
import type { HttpServer, Seen } from './cli-bench';

const ID = '0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44';
const DECISION: DecisionView = {
  ...{ id: ID, kind: 'merge', actor: 'token:ann', at: '2026-11-23T04:12:09.000Z', note: 'same lock' },
  ...{ from: 'OOPS-42', to: 'OOPS-7', opened: false, crashes: 17, groupKeys: ['v1:f'] },
  ...{ undoes: null, undoneBy: null },
};
const PROVEN = { id: ID, kind: 'merge', actor: 'token:ann', at: DECISION.at, note: 'same lock' } as const;
const PROOF: MembershipProofView = {
  ...{ crashId: ID, incident: 'OOPS-7', rule: 'decided-key', explanation: 'A person merged it.' },
  ...{ decision: PROVEN, held: false, groupKey: 'v1:f', groupText: 'bad-access f', pinnedBy: null },
  key: {
    ...{ groupKey: 'v1:f', incident: 'OOPS-7', reason: 'merged', score: 0.87, detail: { frames: ['f'] } },
    ...{ attachedAt: '2026-11-20T08:00:00.000Z', decidedBy: PROVEN },
  },
  memberships: [
    {
      ...{ incident: 'OOPS-42', from: '2026-11-20T08:00:00.000Z', rule: 'first-sighting' },
      ...{ explanation: 'A new one was opened.', decision: null },
    },
  ],
  links: [
    {
      ...{
        transcriptId: 'a'.repeat(32),
        primary: true,
        validFrom: '2026-11-20T08:00:00.000Z',
        validTo: null,
      },
      ...{ reason: 'first-sighting', explanation: null },
    },
  ],
};
const HISTORY = {
  items: [
    {
      ...{ at: DECISION.at, action: 'incident.merged', actor: 'token:ann' },
      detail: { number: 'OOPS-7', note: 'same lock', from: 'OOPS-42', crashes: 17 },
    },
  ],
  nextCursor: 'next',
};

const LIVES_ON = { id: 'OOPS-7', href: '/v1/incidents/OOPS-7' };
const MERGED = problem('incident-merged', 'OOPS-9 was merged into OOPS-7', undefined, LIVES_ON);

describe('oopstream incidents merge, split, pin, unpin, undo, why, history, decisions', () => {
  let server: HttpServer;
  let seen: Seen[];
  beforeEach(async () => {
    seen = [];
    server = await serveHttp((one, response) => {
      seen.push(one);
      if (one.path.includes('/proof')) sendJson(response, 200, PROOF);
      else if (one.path.includes('/history')) sendJson(response, 200, HISTORY);
      else if (one.path.startsWith('/v1/decisions?'))
        sendJson(response, 200, { items: [DECISION], nextCursor: null });
      else if (one.path.includes('OOPS-9')) sendJson(response, 409, MERGED);
      else if (one.path.includes('OOPS-8')) sendJson(response, 409, problem('incident-same', 'OOPS-7'));
      else sendJson(response, 200, DECISION);
    });
  });
  afterEach(() => server.close());
  const incidents = (...args: string[]) =>
    run(['incidents', ...args, '--url', server.url, '--token', 'oops_a_b']);

  it.each([
    [['merge', 'OOPS-42', 'OOPS-7'], '/v1/incidents/OOPS-42/merge', { into: 'OOPS-7' }],
    [
      ['split', 'OOPS-42', '--key', 'v1:f', '--key', 'v1:g'],
      '/v1/incidents/OOPS-42/split',
      { groupKeys: ['v1:f', 'v1:g'] },
    ],
    [
      ['split', 'OOPS-42', '--crash', ID, '--into', 'OOPS-7'],
      '/v1/incidents/OOPS-42/split',
      { crashIds: [ID], into: 'OOPS-7' },
    ],
    [['pin', ID, 'OOPS-7'], `/v1/crashes/${ID}/pin`, { incident: 'OOPS-7' }],
    [['pin', 'v1:f', 'OOPS-7'], '/v1/keys/v1%3Af/pin', { incident: 'OOPS-7' }],
    [['unpin', ID], `/v1/crashes/${ID}/unpin`, {}],
    [['unpin', 'v1:f'], '/v1/keys/v1%3Af/unpin', {}],
    [['undo', ID], `/v1/decisions/${ID}/undo`, {}],
  ])('%p asks %s', async (args, path, body) => {
    const { exitCode, out, err } = await incidents(...args, '--note', 'same lock');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(seen.map((one) => [one.method, one.path])).toEqual([['POST', path]]);
    expect(JSON.parse(seen[0]!.bytes.toString())).toEqual({ ...body, note: 'same lock' });
    expect(out).toContain('OOPS-42 → OOPS-7  17 crashes  token:ann  “same lock”');
    expect(out).toContain(`undo with: oopstream incidents undo ${ID}`);
  });

  it('says why it was refused, with exit code 1', async () => {
    const { exitCode, err } = await incidents('merge', 'OOPS-8', 'OOPS-7');
    expect(exitCode).toBe(1);
    expect(err).toContain('OOPS-7 (409 incident-same)');
  });

  it('says into what an incident was merged, with an exit code of its own', async () => {
    for (const args of [
      ['merge', 'OOPS-9', 'OOPS-7'],
      ['split', 'OOPS-9', '--key', 'v1:f'],
    ]) {
      const { exitCode, err } = await incidents(...args);
      expect({ exitCode, err: err.trimEnd() }).toEqual({
        ...{ exitCode: 5, err: expect.stringMatching(/OOPS-9 was merged into OOPS-7$/) },
      });
    }
  });

  it.each([[[]], [['--key', 'v1:f', '--crash', ID]]])(
    'split takes either keys or crashes, not %p',
    async (more) => {
      const { exitCode } = await incidents('split', 'OOPS-42', ...more);
      expect(exitCode).toBe(2);
      expect(seen).toEqual([]);
    },
  );

  it('why: rule, decision, key with score and what was compared, where it was, what shows it', async () => {
    const { out } = await incidents('why', ID);
    for (const part of [
      'is in OOPS-7: A person merged it. (decided-key)',
      'merge by token:ann at 2026-11-23 04:12: “same lock”',
      'v1:f  bad-access f',
      'leads to OOPS-7 since 2026-11-20 08:00 (merged, score 0.87',
      '{"frames":["f"]}',
      '2026-11-20 08:00  OOPS-42  first-sighting: A new one was opened.',
      `${'a'.repeat(32)}  first-sighting, gives the title`,
    ])
      expect(out).toContain(part);
  });

  it('history and decisions: one line each; further pages by cursor', async () => {
    const history = await incidents('history', 'OOPS-7', '--cursor', 'here');
    expect(seen[0]?.path).toBe('/v1/incidents/OOPS-7/history?limit=50&cursor=here');
    expect(history.out).toBe(
      '2026-11-23 04:12  incident.merged  token:ann  “same lock”  from=OOPS-42 crashes=17\nmore with --cursor next\n',
    );
    const decisions = await incidents('decisions', 'OOPS-7', '--limit', '3');
    expect(seen[1]?.path).toBe('/v1/decisions?limit=3&incident=OOPS-7');
    expect(decisions.out).toContain(`${ID}  merge  OOPS-42 → OOPS-7`);
  });

  it.each([
    [['why', ID], PROOF],
    [['history', 'OOPS-7'], HISTORY],
    [['decisions'], { items: [DECISION], nextCursor: null }],
    [['undo', ID], DECISION],
  ])('%p --json prints the answer', async (args, answer) => {
    expect(JSON.parse((await incidents(...args, '--json')).out)).toEqual(answer);
  });
});
