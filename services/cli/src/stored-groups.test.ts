import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  listTranscriptsQuerySchema,
  problem,
  rawTranscriptsSchema,
  readRawTranscriptsBodySchema,
  transcriptPageSchema,
} from '@oopstream/contracts';
import type { ReadingKeys, TranscriptKeys } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';
import type { HttpServer, Seen } from './cli-bench';
import type { CliIo } from './cli-io';
import { groupText } from './group-snapshot';

const NOW_MS = Date.UTC(2026, 10, 23);
const oops = (name: string) =>
  `BUG: kernel NULL pointer dereference, address: 18\nOops: 0000 [#1] SMP\nRIP: 0010:${name}+0x2f/0x90 [m]\nCall Trace:\n ${name}_ioctl+0x1/0x2 [m]\n`;

interface Stored {
  readonly keys: TranscriptKeys;
  readonly text: string | null;
}

/** Transcript `n` as the server read it: with the groups of `read`, which this program may see otherwise. */
function stored(n: number, text: string | null, read = text ?? '', more: Partial<ReadingKeys> = {}): Stored {
  const id = n.toString(16).padStart(32, '0');
  const readings = groupText(id, Buffer.from(read)).crashes.map((crash, at) => ({
    byteStart: at * 1000,
    algorithmVersion: 1,
    outcome: 'grouped',
    damage: null,
    title: crash.title ?? '',
    groupKey: `v1:${n}`,
    groupText: crash.groupText,
    crashId: `crash-${n}-${at}`,
    incidentNumber: 'OOPS-1',
    ...more,
  }));
  const time = new Date(NOW_MS - n * 60_000).toISOString();
  const transcript = {
    id,
    hostId: `host-${n}`,
    hostName: null,
    bundleId: null,
    source: null,
    fileName: null,
    sha256: '',
    sizeBytes: text?.length ?? 0,
    receivedAt: time,
    processedAt: time,
    outcome: readings.length === 0 ? 'no-crash' : 'read',
    seenAgain: 0,
    readings: readings.length,
    omittedReadings: 0,
  };
  return { keys: { transcript, readings }, text };
}

describe('the transcripts of a running oopstream', () => {
  let server: HttpServer;
  let cwd: string;
  let texts: Stored[];
  /** Answers with 503 instead while it says so. */
  let refuses: (seen: Seen) => boolean;
  let paused: number[];

  beforeEach(async () => {
    texts = [];
    paused = [];
    refuses = () => false;
    cwd = mkdtempSync(join(tmpdir(), 'oopstream-stored-'));
    server = await serveHttp((seen, response) => {
      if (refuses(seen)) return sendJson(response, 503, problem('store-unavailable'));
      return sendJson(response, 200, seen.method === 'GET' ? pageOf(seen) : bytesOf(seen));
    });
  });
  afterEach(async () => {
    await server.close();
    rmSync(cwd, { recursive: true });
  });

  /** Pages as the contract says; a cursor is the place in the list. */
  function pageOf(seen: Seen): unknown {
    const params = new URL(seen.path, server.url).searchParams;
    const { limit, cursor = '0' } = listTranscriptsQuerySchema.parse(Object.fromEntries(params));
    const end = Number(cursor) + limit;
    const items = texts.slice(Number(cursor), end).map(({ keys }) => keys);
    return transcriptPageSchema.parse({ items, nextCursor: end < texts.length ? `${end}` : null });
  }

  /** Never more than 30 at once. */
  function bytesOf(seen: Seen): unknown {
    const { ids } = readRawTranscriptsBodySchema.parse(JSON.parse(seen.bytes.toString()));
    const found = ids.slice(0, 30).map((id) => texts.find(({ keys }) => keys.transcript.id === id)!);
    const items = found.flatMap(({ keys, text }) =>
      text === null ? [] : [{ id: keys.transcript.id, base64: Buffer.from(text).toString('base64') }],
    );
    const missing = found.flatMap(({ keys, text }) =>
      text === null ? [{ id: keys.transcript.id, reason: 'not-stored' }] : [],
    );
    return rawTranscriptsSchema.parse({ items, missing, leftOut: ids.slice(30) });
  }

  const signature = (args: readonly string[], io: Partial<CliIo> = {}) =>
    run(['signature', ...args], {
      cwd,
      env: { OOPSTREAM_URL: server.url, OOPSTREAM_TOKEN: 'oops_a_b' },
      nowMs: () => NOW_MS,
      pause: (ms) => {
        paused.push(ms);
        return Promise.resolve();
      },
      ...io,
    });
  const diff = (...more: readonly string[]) =>
    signature(['diff', '--from', 'stored', '--to', 'here', ...more]);
  const paths = () => server.seen.map(({ method, path }) => `${method} ${path}`);

  it('finds no change where this program reads as the one that runs', async () => {
    texts = [stored(1, oops('frob')), stored(2, oops('nvc')), stored(3, 'nothing here\n')];
    await expect(diff('--exit-code')).resolves.toEqual({
      exitCode: 0,
      out: '2 crashes compared: 2 groups unchanged, 0 split, 0 merged, 0 renamed, 0 crashes lost, 0 found, 0 damaged now, 0 no longer\n',
      err: '3 transcripts met; algorithm version: stored 1, here 1\n',
    });
    expect(server.seen.map(({ authorization }) => authorization)).toEqual(Array(2).fill('Bearer oops_a_b'));
  });

  it('names the incidents that would split, merge or be renamed, with crashes, hosts and titles', async () => {
    const incident = (number: string) => ({ incidentNumber: number });
    texts = [
      stored(1, oops('frob'), oops('both'), incident('OOPS-1')),
      stored(2, oops('nvc'), oops('both'), incident('OOPS-1')),
      stored(3, oops('nvc'), oops('both'), incident('OOPS-1')),
      stored(4, oops('one'), oops('left'), incident('OOPS-2')),
      stored(5, oops('one'), oops('right'), incident('OOPS-3')),
      stored(6, oops('new'), oops('old'), incident('OOPS-4')),
      stored(7, 'nothing\n', oops('gone'), incident('OOPS-5')),
      stored(8, oops('fresh'), 'nothing\n'),
    ];
    const { out, exitCode } = await diff('--exit-code');
    expect(exitCode).toBe(1);
    expect(out.trimEnd().split('\n')).toEqual([
      'split    OOPS-1 bad-access both (3 crashes, 3 hosts): both+47 [m] page_fault',
      '    into OOPS-1 bad-access nvc (2 crashes, 2 hosts): nvc+47 [m] page_fault',
      '    into OOPS-1 bad-access frob (1 crash, 1 host): frob+47 [m] page_fault',
      'merged   bad-access one (2 crashes, 2 hosts): one+47 [m] page_fault',
      '   out of OOPS-2 bad-access left (1 crash, 1 host): left+47 [m] page_fault',
      '   out of OOPS-3 bad-access right (1 crash, 1 host): right+47 [m] page_fault',
      'renamed  OOPS-4 bad-access old (1 crash, 1 host): old+47 [m] page_fault',
      '      to bad-access new: new+47 [m] page_fault',
      `lost     OOPS-5 bad-access gone in ${'7'.padStart(32, '0')}: gone+47 [m] page_fault`,
      `found    bad-access fresh in ${'8'.padStart(32, '0')}: fresh+47 [m] page_fault`,
      '6 crashes compared: 0 groups unchanged, 1 split, 1 merged, 1 renamed, 1 crash lost, 1 found, 0 damaged now, 0 no longer',
    ]);
    const json = JSON.parse((await diff('--json')).out) as object;
    expect(json).toMatchObject({
      splits: [{ group: { incidents: ['OOPS-1'], crashes: 3, hosts: 3 } }],
      walk: { transcripts: 8, rejected: 0, missing: {}, storedVersions: [1], thisVersion: 1 },
    });
  });

  it('takes the newest version of the algorithm that read a transcript', async () => {
    const one = stored(1, oops('frob'), oops('older'));
    const [older] = one.keys.readings;
    const [newer] = stored(1, oops('frob'), oops('frob'), { algorithmVersion: 2 }).keys.readings;
    texts = [{ ...one, keys: { ...one.keys, readings: [older!, newer!] } }];
    const { out, err } = await diff();
    expect(out).toContain(
      '1 crash compared: 1 group unchanged, 0 split, 0 merged, 0 renamed, 0 crashes lost',
    );
    expect(err).toContain('stored 1, 2, here 1');
  });

  it('leaves out what has no text any more or was never read, and says so', async () => {
    const rejected = stored(2, 'x');
    const transcript = { ...rejected.keys.transcript, outcome: 'rejected:undecodable' };
    texts = [stored(1, null, oops('frob')), { ...rejected, keys: { ...rejected.keys, transcript } }];
    const { out, err } = await diff();
    expect(out).toContain(
      '0 crashes compared: 0 groups unchanged, 0 split, 0 merged, 0 renamed, 0 crashes lost',
    );
    expect(err).toBe(
      '2 transcripts met, 1 left out: rejected when they came, 1 left out: text not-stored; algorithm version: stored none, here 1\n',
    );
    expect(server.seen.at(-1)?.bytes.toString()).not.toContain(transcript.id);
  });

  it('does not call found what lies behind the limit of readings of the server', async () => {
    const one = stored(1, `${oops('frob')}---[ end trace 0 ]---\n${oops('nvc')}`, oops('frob'));
    texts = [one];
    await expect(diff('--exit-code')).resolves.toMatchObject({ exitCode: 1 });
    texts = [{ ...one, keys: { ...one.keys, transcript: { ...one.keys.transcript, omittedReadings: 1 } } }];
    await expect(diff('--exit-code')).resolves.toMatchObject({ exitCode: 0 });
  });

  it('walks every page, and asks again for texts that one answer had no room for', async () => {
    texts = Array.from({ length: 120 }, (_, n) => stored(n, oops(`f${n % 7}`)));
    const { out } = await diff();
    expect(out).toMatch(/^120 crashes compared: 7 groups unchanged/);
    expect(paths()).toEqual([
      'GET /v1/transcripts?limit=50',
      ...Array<string>(2).fill('POST /v1/transcripts/raw'),
      'GET /v1/transcripts?cursor=50&limit=50',
      ...Array<string>(2).fill('POST /v1/transcripts/raw'),
      'GET /v1/transcripts?cursor=100&limit=50',
      'POST /v1/transcripts/raw',
    ]);
  });

  it('asks for no text where only stored groups are compared, and for no more than --limit', async () => {
    texts = Array.from({ length: 10 }, (_, n) => stored(n, oops('frob'), oops('old')));
    const before = await signature(['snapshot', '--stored', '--limit', '3', '--since', '30d']);
    expect(before.out.trimEnd().split('\n')).toHaveLength(3);
    writeFileSync(join(cwd, 'before'), before.out.replaceAll('old', 'older'));
    const { out } = await signature(['diff', '--from', 'before', '--to', 'stored', '--limit', '4']);
    expect(out).toContain('renamed  OOPS-1 bad-access older (3 crashes, 3 hosts)');
    expect(out).toContain(`skipped  ${'3'.padStart(32, '0')}: only one side has it`);
    expect(paths()).toEqual([
      'GET /v1/transcripts?since=2026-10-24T00%3A00%3A00.000Z&limit=3',
      'GET /v1/transcripts?limit=4',
    ]);
  });

  it('compares what two programs read of the stored texts', async () => {
    texts = [stored(1, oops('frob'))];
    const { out } = await signature(['snapshot', '--here']);
    writeFileSync(join(cwd, 'after'), out.replaceAll('frob', 'other'));
    const told = await signature(['diff', '--from', 'here', '--to', 'after']);
    expect(told.out).toContain('renamed  bad-access frob (1 crash, 1 host): frob+47 [m] page_fault');
  });

  it('asks again while the server cannot answer', async () => {
    texts = [stored(1, oops('frob'))];
    let left = 2;
    refuses = () => left-- > 0;
    const { out } = await diff();
    expect(out).toMatch(/^1 crash compared/);
    expect(paused).toEqual([500, 1000]);
  });

  it('gives up in the end, says where to go on, and a snapshot gone on with there is whole', async () => {
    texts = Array.from({ length: 130 }, (_, n) => stored(n, oops(`f${n}`)));
    const whole = await signature(['snapshot', '--here', '--until', '2026-11-23T00:00:00Z']);
    const args = ['snapshot', '--here', '--until', '2026-11-23T00:00:00Z'];
    // Within the second page: some of its lines were written.
    let texted = 0;
    refuses = ({ method }) => method === 'POST' && ++texted > 3;
    const broken = await signature(args);
    expect(broken.exitCode).toBe(1);
    const [, goOn] = /what comes after is had with (.*)\n$/.exec(broken.err) ?? [];
    expect(goOn).toBe('--until 2026-11-23T00:00:00.000Z --cursor 50');
    expect(paused).toHaveLength(5);
    refuses = () => false;
    const rest = await signature(['snapshot', '--here', ...(goOn ?? '').split(' ')]);
    expect(rest.exitCode).toBe(0);
    writeFileSync(join(cwd, 'whole'), whole.out);
    writeFileSync(join(cwd, 'pieces'), broken.out + rest.out);
    expect(readFileSync(join(cwd, 'pieces'), 'utf8')).not.toBe(whole.out);
    const told = await signature(['diff', '--exit-code', '--from', 'whole', '--to', 'pieces']);
    expect(told).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^130 crashes compared/) as string,
    });
    expect(told.out).not.toContain('skipped');
  });

  it('says how far it is', async () => {
    texts = Array.from({ length: 120 }, (_, n) => stored(n, oops('frob')));
    let nowMs = NOW_MS;
    const { err } = await signature(['diff', '--from', 'stored', '--to', 'here'], {
      nowMs: () => (nowMs += 1_100),
    });
    expect(err).toContain(`100 transcripts, back to ${new Date(NOW_MS - 99 * 60_000).toISOString()}\n`);
  });

  it('tells why it is refused', async () => {
    const refusing = await serveHttp((_seen, response) => sendJson(response, 403, problem('scope-missing')));
    const told = await diff('--url', refusing.url, '--token', 'oops_a_b');
    await refusing.close();
    expect(told).toMatchObject({ exitCode: 1, out: '' });
    expect(told.err).toContain('scope-missing');
  });
});
