import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from './cli-bench';

const MAP = [
  'ffffffff81000000 T _text',
  'ffffffff81001000 t frob_commit',
  'ffffffff81001100 t frob_ioctl',
  'ffffffff81001200 t entry_SYSCALL_64_after_hwframe',
  'ffffffff81001300 T _etext',
  '',
].join('\n');
/** As a kernel without CONFIG_KALLSYMS prints it, moved by 0x1d000000. */
const OOPS = [
  'BUG: kernel NULL pointer dereference, address: 0000000000000018',
  'Oops: 0000 [#1] SMP',
  'CPU: 0 PID: 7 Comm: x Not tainted 6.1.0-47-amd64 #1',
  'RIP: 0010:0xffffffff9e001010',
  'Call Trace:',
  ' 0xffffffff9e001110',
  ' 0xffffffff9e001240',
  '',
].join('\n');
const OFFSET =
  'Kernel Offset: 0x1d000000 from 0xffffffff81000000 (relocation range: 0xffffffff80000000-0xff)\n';
/** Says the opposite of the map: the distance between two functions. */
const STRANGE = ' [<ffffffff9e001150>] frob_ioctl+0x10/0x100\n [<ffffffff9e001020>] frob_commit+0x20/0x100\n';

describe('--symbols', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'oopstream-symbols-'));
  const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  beforeAll(() => {
    write('System.map-6.1.0-47-amd64', MAP);
    write('System.map-6.1.0-55-amd64', MAP);
    write('hidden', '0000000000000000 T _text\n');
    write('oops.txt', OOPS + OFFSET);
    write('lost.txt', OOPS);
    write('strange.txt', OOPS + STRANGE);
    write('two-boots.txt', `${OOPS}${STRANGE}Linux version 6.1.0-47-amd64\n${OOPS}${OFFSET}`);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('explain names bare addresses', async () => {
    const args = ['explain', '--json', '--symbols', 'System.map-6.1.0-47-amd64', 'oops.txt'];
    const { exitCode, out, err } = await run(args, { cwd });
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      texts: [{ symbols: [{ state: 'solved', slide: '1d000000', bareAddresses: 3 }] }],
      crashes: [{ signature: { blamed: 'frob_commit', entry: 'frob_ioctl' } }],
    });
  });

  it.each([
    [['nowhere', 'oops.txt'], 'cannot read nowhere'],
    [['hidden', 'oops.txt'], 'hidden is no symbol map: all addresses are zero'],
    [['oops.txt', 'oops.txt'], 'oops.txt is no symbol map: no function in it'],
    [
      ['System.map-6.1.0-47-amd64', 'strange.txt'],
      'symbols-mismatch: System.map-6.1.0-47-amd64 is not of this kernel',
    ],
  ])('explain ends with 2 and one line at %j', async (args, why) => {
    const { exitCode, out, err } = await run(['explain', '--symbols', ...args], { cwd });
    expect({ exitCode, out, lines: err.split('\n').length }).toEqual({ exitCode: 2, out: '', lines: 2 });
    expect(err).toContain(why);
  });

  it.each([
    [
      ['System.map-6.1.0-47-amd64', 'lost.txt'],
      'nothing tells where the kernel was loaded: 3 addresses got no name',
    ],
    [
      ['System.map-6.1.0-55-amd64', 'oops.txt'],
      'is of 6.1.0-55-amd64 by its name, the crash of 6.1.0-47-amd64',
    ],
  ])('explain goes on, and says so, at %j', async (args, why) => {
    const { exitCode, out, err } = await run(['explain', '--symbols', ...args], { cwd });
    expect(exitCode).toBe(0);
    expect(out).toContain('\ngroup v1:');
    expect(err).toContain(why);
  });

  it('fingerprint answers every text, and ends with 1 where the map was of another build', async () => {
    const ask = (id: string, text: string) => `${JSON.stringify({ id, text })}\n`;
    const args = ['fingerprint', '--symbols', 'System.map-6.1.0-47-amd64'];
    const stdin = () =>
      Readable.from([ask('a', OOPS + OFFSET), ask('b', OOPS + STRANGE), ask('c', OOPS + OFFSET)]);
    const { exitCode, out, err } = await run(args, { cwd, stdin: stdin() });
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; crashes: { faultFunction: string | null }[] });
    expect(answers.map(({ id, crashes }) => [id, crashes[0]?.faultFunction])).toEqual([
      ['a', 'frob_commit'],
      ['b', null],
      ['c', 'frob_commit'],
    ]);
    expect(exitCode).toBe(1);
    expect(err).toContain('oopstream: b: symbols-mismatch');
    expect(err).toContain('is of another build than 1 of the texts');
  });
});
