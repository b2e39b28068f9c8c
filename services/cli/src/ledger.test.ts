import { problem } from '@oopstream/contracts';
import type { Ledger } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

const LEDGER: Ledger = {
  asOf: '2026-11-23T12:00:00.000Z',
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

  it('ends with 0 while work is under way, whatever the balance', async () => {
    const { exitCode, out } = await ledger({ ...LEDGER, balance: -1, atRest: false });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/balance +-1 +work under way\n/);
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
