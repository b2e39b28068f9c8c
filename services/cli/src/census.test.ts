import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { problem } from '@oopstream/contracts';
import type { Census } from '@oopstream/contracts';
import { run, sendJson, serveHttp } from './cli-bench';

const RECORDED = { recorded: 2, repeated: 0, tooLate: 0, inFuture: 0 };
const BOOT_ID = '6b0f4f6e-9b3c-4a55-9d8e-3d3f0c9b6b11';

describe('oopstream census', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'census-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const census = async (args: readonly string[], answer: unknown = RECORDED, status = 200, stdin = '') => {
    const api = await serveHttp((_, response) => sendJson(response, status, answer));
    const env = { OOPSTREAM_URL: api.url, OOPSTREAM_TOKEN: 'oops_i_s' };
    const io = { env, cwd: root, stdin: Readable.from([Buffer.from(stdin)]) };
    const ran = await run(['census', ...args], io).finally(api.close);
    return { ...ran, seen: api.seen };
  };

  it('sends what a host says of itself', async () => {
    put('proc/sys/kernel/osrelease', '6.1.0-18-amd64\n');
    put('proc/sys/kernel/hostname', 'web-17\n');
    put('proc/sys/kernel/random/boot_id', `${BOOT_ID}\n`);
    put('proc/uptime', '1234.56 9999.99\n');
    put('etc/machine-id', `${'a1'.repeat(16)}\n`);
    put('sys/class/dmi/id/product_name', 'PowerEdge R640\n');
    put('sys/class/dmi/id/bios_version', '2.1.8\n');
    put('sys/kernel/kexec_crash_loaded', '0\n');
    put('sys/kernel/livepatch/livepatch_2/enabled', '1\n');
    put('sys/kernel/livepatch/livepatch_1/enabled', '0\n');
    put('proc/modules', 'zfs 4816896 6 - Live 0x0 (POE)\nspl 131072 1 zfs, Live 0x0 (OE)\n');
    const { exitCode, out, seen } = await census(['send', '--root', root]);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '2 recorded\n' });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/v1/census',
        authorization: 'Bearer oops_i_s',
        contentType: 'application/json',
      },
    ]);
    expect(JSON.parse(seen[0]!.bytes.toString())).toEqual({
      release: '6.1.0-18-amd64',
      host: 'web-17',
      machineId: 'a1'.repeat(16),
      model: 'PowerEdge R640',
      bios: '2.1.8',
      livepatches: ['livepatch_2'],
      modules: ['zfs', 'spl'],
      bootId: BOOT_ID,
      uptimeSeconds: 1234.56,
      kdumpReady: false,
    });
  });

  it('says nothing of what a host does not tell, but needs its kernel', async () => {
    expect(await census(['send', '--root', root])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('says no kernel release') as string,
      seen: [],
    });
    put('proc/sys/kernel/osrelease', '6.1.0\n');
    put('etc/machine-id', 'uninitialized\n');
    const { seen } = await census(['send', '--root', root]);
    expect(JSON.parse(seen[0]!.bytes.toString())).toEqual({ release: '6.1.0', livepatches: [] });
  });

  it.each([
    ['hosts.csv', [], 'text/csv'],
    ['hosts.ndjson', [], 'application/x-ndjson'],
    ['HOSTS.JSON', [], 'application/json'],
    ['hosts.txt', ['--format', 'csv'], 'text/csv'],
  ])('imports %s', async (file, more, contentType) => {
    put(file, 'anything');
    const answer = { recorded: 1, repeated: 2, tooLate: 3, inFuture: 4 };
    const { exitCode, out, seen } = await census(['import', file, ...more], answer);
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: '1 recorded, 2 known before, 3 too late to count, 4 in the future\n',
    });
    expect(seen[0]).toMatchObject({ path: '/v1/census', contentType });
    expect(seen[0]!.bytes.toString()).toBe('anything');
  });

  it('imports standard input, and asks what it is where nothing says', async () => {
    const { seen } = await census(['import', '--format', 'csv', '-'], RECORDED, 200, 'host,release');
    expect(seen[0]!.bytes.toString()).toBe('host,release');
    expect(await census(['import', '-'])).toMatchObject({ exitCode: 2, seen: [] });
    expect(await census(['import', 'nowhere.csv'])).toMatchObject({ exitCode: 2, seen: [] });
  });

  it('tells in one line what was refused', async () => {
    put('hosts.csv', 'host\nx');
    const refused = await census(
      ['import', 'hosts.csv'],
      problem('request-invalid', '0.release: missing'),
      400,
    );
    expect(refused).toMatchObject({
      exitCode: 1,
      err: 'oopstream: The request is malformed: 0.release: missing (400 request-invalid)\n',
    });
  });

  it('shows who is alive, and who would leave no dump', async () => {
    const build = { flavour: null, kdumpReady: 0, kdumpNotReady: 0 };
    const answer: Census = {
      asOf: '2026-11-23T12:00:00.000Z',
      seenAfter: '2026-11-22T12:00:00.000Z',
      hosts: 12,
      kdump: { ready: 9, notReady: 2, unknown: 1 },
      withoutHeartbeat: 4,
      builds: [
        { ...build, release: '6.1.0-18-amd64', model: 'R640', hosts: 7, kdumpNotReady: 2 },
        { ...build, release: '6.1.0-21-amd64', model: null, hosts: 3 },
      ],
    };
    const { out, seen } = await census(['show', '--model', 'R640'], answer);
    expect(seen[0]?.path).toBe('/v1/census?model=R640');
    expect(out).toBe(
      [
        '12 hosts alive as of 2026-11-23T12:00:00.000Z; kdump ready on 9, not on 2, not told by 1',
        '       7  6.1.0-18-amd64  R640  (2 without kdump)',
        '       3  6.1.0-21-amd64  -',
        '4 more hosts sent a transcript and never a heartbeat: they are in no rate',
        '       2  others',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await census(['show', '--json'], answer)).out)).toEqual(answer);
  });
});
