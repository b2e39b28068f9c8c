import { problem } from '@oopstream/contracts';
import type { Ledger } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

const LEDGER: Ledger = {
  asOf: '2026-11-23T12:00:00.000Z',
  scope: 'all',
  watermark: { at: '2026-11-23T11:59:59.000Z', offsets: [{ partition: 0, offset: 10 }] },
  crashes: 4,
  bodies: { kept: 5, sampledAway: 1, byReason: { storm: 1 } },
  received: 10,
  transcripts: { duplicate: 1, noCrash: 2, rejected: 3, read: 4 },
  rejectedByReason: { 'body-gone': 2, 'too-many-readings': 1 },
  readings: { grouped: 3, sameCrash: 1, held: 1, sampledAway: 0 },
  inFlight: { toRead: 0, toGroup: 0, total: 0 },
  redelivered: 0,
  balance: 0,
  atRest: true,
  partitions: [],
};

async function ledger(answer: unknown, args: readonly string[] = [], status = 200) {
  const api = await serveHttp((_, response) => sendJson(response, status, answer));
  const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_r_s' };
  return run(['ledger', ...args], { env }).finally(api.close);
}

describe('oopstream ledger', () => {
  it('shows what became of every transcript', async () => {
    const { exitCode, out, err } = await ledger(LEDGER);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/^received +10 /);
    expect(out).toMatch(/\+ rejected +3 +body-gone 2, too-many-readings 1\n/);
    expect(out).toMatch(/balance +0 +at rest\n/);
    expect(out).not.toContain('redelivered');
  });

  it('ends with 1 when, at rest, it does not add up', async () => {
    const { exitCode, out, err } = await ledger({ ...LEDGER, balance: 2 });
    expect(exitCode).toBe(1);
    expect(err).toBe('oopstream: the ledger does not add up: 2 transcripts unaccounted for\n');
    expect(out).toMatch(/balance +2 +at rest\n/);
  });

  it('ends with 1 when it does not add up while work is under way, too', async () => {
    const { exitCode, err } = await ledger({ ...LEDGER, balance: -1, atRest: false });
    expect(exitCode).toBe(1);
    expect(err).toBe('oopstream: the ledger does not add up: -1 transcripts (counted twice)\n');
  });

  it('says up to when it is complete, and what a storm left out', async () => {
    const { out } = await ledger({ ...LEDGER, inFlight: { toRead: 2, toGroup: 1, total: 3 }, atRest: false });
    expect(out).toContain('complete for all that was accepted before 2026-11-23T11:59:59.000Z');
    expect(out).toMatch(/sampled away +1 +storm 1\n?/);
    expect(out).toMatch(/in flight +3 +2 to read, 1 to group\n/);
  });

  it('says nothing of what is in flight where tenants share the log', async () => {
    expect((await ledger({ ...LEDGER, scope: 'tenant', watermark: null })).out).not.toMatch(
      /in flight|complete/,
    );
  });

  it('tells of what came twice', async () => {
    expect((await ledger({ ...LEDGER, redelivered: 5 })).out).toMatch(/redelivered +5 +seen again/);
  });

  it('prints the answer of the API with --json, and judges it all the same', async () => {
    const { exitCode, out } = await ledger({ ...LEDGER, balance: 2 }, ['--json']);
    expect(JSON.parse(out)).toEqual({ ...LEDGER, balance: 2 });
    expect(exitCode).toBe(1);
  });

  it('tells in one line why the API shows none', async () => {
    expect(await ledger(problem('scope-missing'), [], 403)).toEqual({
      exitCode: 1,
      out: '',
      err: 'oopstream: The token lacks the scope for this (403 scope-missing)\n',
    });
  });
});

const MARK = { asOf: LEDGER.asOf, watermark: LEDGER.watermark };

describe('oopstream ledger --by hour', () => {
  it('shows stages and outcomes hour by hour, and passes on whose and when', async () => {
    const row = { tenant: 'default', kind: 'body', outcome: 'sampled-away:storm', count: 7 };
    const answer = {
      ...MARK,
      items: [
        { ...row, hour: null },
        { ...row, hour: '2026-11-23T11:00:00.000Z' },
      ],
    };
    const api = await serveHttp((_, response) => sendJson(response, 200, answer));
    const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_a_s' };
    const args = ['--by', 'hour', '--all', '--since', '2026-11-23T00:00:00Z'];
    const { exitCode, out } = await run(['ledger', ...args], { env }).finally(api.close);
    expect(exitCode).toBe(0);
    expect(api.seen.map(({ path }) => path)).toEqual([
      '/v1/ledger/hours?tenants=all&since=2026-11-23T00%3A00%3A00Z',
    ]);
    expect(out).toMatch(/^before retention +default +body +sampled-away:storm +7\n2026-11-23T11Z +default/);
  });

  it('knows no other unit', async () => {
    expect((await ledger(LEDGER, ['--by', 'minute'])).exitCode).toBe(2);
  });
});

describe('oopstream ledger --check', () => {
  const checked = { ...MARK, hours: 3, counts: 12 };

  it('says that all agrees', async () => {
    const { exitCode, out } = await ledger({ ...checked, mismatches: [] }, ['--check']);
    expect([exitCode, out]).toEqual([0, '12 counts of 3 hours compared: all agree\n']);
  });

  it('names what does not, and ends with 1', async () => {
    const mismatch = {
      tenant: 'default',
      hour: '2026-11-23T11:00:00.000Z',
      kind: 'reading',
      outcome: 'grouped',
      expected: 3,
      found: 2,
      examples: ['4f00'],
    };
    const position = {
      ...mismatch,
      tenant: '',
      hour: null,
      kind: 'position',
      outcome: 'partition 1',
      examples: [],
    };
    const { exitCode, out, err } = await ledger({ ...checked, mismatches: [mismatch, position] }, [
      '--check',
    ]);
    expect(exitCode).toBe(1);
    expect(err).toBe('oopstream: 2 counts do not agree\n');
    expect(out).toContain(
      'default reading grouped: counted 3, found 2, e.g. 4f00\n- - position partition 1: counted 3',
    );
  });
});
