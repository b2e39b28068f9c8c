import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '@oopstream/contracts';
import { run } from './cli-bench';
import { CliError } from './cli-error';
import type { CliIo } from './cli-io';
import { processIo } from './cli-io';
import { findTarget } from './connection';
import type { ConnectionOptions } from './connection';

/** Above the kernel's highest pid (2^22): nobody's. */
const DEAD = 4_194_305;

describe('the oopstream that a command talks to', () => {
  let root: string;
  const find = (
    options: ConnectionOptions = {},
    io: Partial<CliIo> = {},
    purpose: 'ingest' | 'heartbeat' | 'read' = 'read',
  ) => findTarget(options, purpose, { ...processIo(), cwd: root, env: {}, ...io });
  const put = (name: string, pids: number[], ageSeconds: number, dir = root): string => {
    const connection: Connection = {
      name,
      mode: 'embedded',
      url: `http://${name}:1`,
      ingestUrl: `http://${name}:2`,
      tokens: { ingest: `${name}-ingest`, read: `${name}-read`, admin: `${name}-admin` },
      pids,
      logs: [],
      dataDirs: [],
    };
    return putText(name, JSON.stringify(connection), ageSeconds, dir);
  };
  const putText = (name: string, text: string, ageSeconds: number, dir = root): string => {
    const file = join(dir, '.local', name, 'connection.json');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    const changed = Date.now() / 1000 - ageSeconds;
    utimesSync(file, changed, changed);
    return file;
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'oopstream-connection-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is the newest that runs', () => {
    put('older', [process.pid], 60);
    put('newer', [DEAD, process.pid], 30);
    put('dead', [DEAD], 1);
    expect(find()).toEqual({ url: 'http://newer:1', token: 'newer-read' });
    expect(find({}, {}, 'ingest')).toEqual({ url: 'http://newer:2', token: 'newer-ingest' });
    expect(find({}, {}, 'heartbeat')).toEqual({ url: 'http://newer:1', token: 'newer-ingest' });
  });

  it('is looked for in this directory, then above', () => {
    put('above', [process.pid], 1);
    const inner = join(root, 'inner');
    put('dead', [DEAD], 1, inner);
    const deep = join(inner, 'deep');
    mkdirSync(deep);
    expect(find({}, { cwd: deep })).toMatchObject({ url: 'http://above:1' });
    put('nearer', [process.pid], 60, inner);
    expect(find({}, { cwd: deep })).toMatchObject({ url: 'http://nearer:1' });
  });

  it('is what the options say before what a file says, before the environment, before what runs here', () => {
    const file = put('here', [process.pid], 1);
    const env = { OOPSTREAM_URL: 'http://env/', OOPSTREAM_TOKEN: 'env-token' };
    expect(find({}, { env })).toEqual({ url: 'http://env', token: 'env-token' });
    expect(find({ connection: file }, { env })).toEqual({ url: 'http://here:1', token: 'here-read' });
    expect(find({ connection: file, token: 'flag-token' }, { env })).toEqual({
      url: 'http://here:1',
      token: 'flag-token',
    });
    expect(find({ url: 'http://flag//', token: 'flag-token', connection: file }, { env })).toEqual({
      url: 'http://flag',
      token: 'flag-token',
    });
    expect(find({ token: 'flag-token' })).toEqual({ url: 'http://here:1', token: 'flag-token' });
  });

  it('takes a dead instance where a file is named', () => {
    expect(find({ connection: put('dead', [DEAD], 1) })).toMatchObject({ url: 'http://dead:1' });
  });

  it('is never shown a token of another: an address alone is not enough', () => {
    put('here', [process.pid], 1);
    expect(() => find({ url: 'http://elsewhere' })).toThrow('no token for http://elsewhere');
    expect(() => find({}, { env: { OOPSTREAM_URL: 'http://elsewhere' } })).toThrow(CliError);
  });

  it('is none where nothing runs', () => {
    put('dead', [DEAD], 1);
    expect(() => find()).toThrow('no running oopstream found');
  });

  it.each(['{', '{}', ''])('does not trip over a broken file while another runs: %j', (text) => {
    put('here', [process.pid], 60);
    putText('broken', text, 1);
    expect(find()).toMatchObject({ url: 'http://here:1' });
  });

  it.each([
    ['a broken file', '{', 'is no connection.json of this version'],
    ['a file of another shape', '{"url": 1}', 'is no connection.json of this version'],
  ])('is told in one line as %s where that is all there is', async (_, text, why) => {
    const file = putText('broken', text, 1);
    for (const args of [['ledger'], ['ledger', '--connection', file]]) {
      const { exitCode, err } = await run(args, { cwd: root });
      expect({ exitCode, err }).toEqual({ exitCode: 2, err: `oopstream: ${file} ${why}\n` });
    }
  });

  it('tells in one line of a named file that is not there', async () => {
    const { exitCode, err } = await run(['ledger', '--connection', 'nowhere.json'], { cwd: root });
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^oopstream: cannot read .*nowhere\.json: ENOENT.*\n$/);
  });
});
