import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './cli-bench';

const oops = (name: string) =>
  `BUG: kernel NULL pointer dereference, address: 18\nOops: 0000 [#1] SMP\nRIP: 0010:${name}+0x2f/0x90 [m]\nCall Trace:\n ${name}_ioctl+0x1/0x2 [m]\n`;

describe('oopstream signature', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'oopstream-signature-'));
    mkdirSync(join(cwd, 'texts/web-1'), { recursive: true });
    writeFileSync(join(cwd, 'texts/web-1/dmesg.txt'), oops('frob'));
    writeFileSync(join(cwd, 'texts/web-2.txt'), oops('nvc'));
    writeFileSync(join(cwd, 'texts/harmless.txt'), 'nothing here\n');
  });

  afterEach(() => rmSync(cwd, { recursive: true }));

  const save = (name: string, text: string) => writeFileSync(join(cwd, name), text);

  it('finds no change between a snapshot and the tables that made it', async () => {
    const snapshot = await run(['signature', 'snapshot', 'texts'], { cwd });
    expect(snapshot.out.trimEnd().split('\n')).toHaveLength(3);
    save('before.ndjson', snapshot.out);
    const diff = await run(['signature', 'diff', '--exit-code', '--from', 'before.ndjson', 'texts'], { cwd });
    expect(diff).toEqual({
      exitCode: 0,
      err: '',
      out: '2 crashes compared: 2 groups unchanged, 0 split, 0 merged, 0 renamed, 0 crashes lost, 0 found, 0 damaged now, 0 no longer\n',
    });
  });

  it('tells what changes, and ends with 1 when asked to check', async () => {
    const { out } = await run(['signature', 'snapshot', 'texts'], { cwd });
    save('before.ndjson', out.replaceAll('frob', 'nvc'));
    const args = ['signature', 'diff', '--from', 'before.ndjson', 'texts'];
    const diff = await run(args, { cwd });
    expect(diff.exitCode).toBe(0);
    expect(diff.out).toContain(
      [
        'split    bad-access nvc (2 crashes): nvc+47 [m] page_fault',
        '    into bad-access frob (1 crash): frob+47 [m] page_fault',
        '    into bad-access nvc (1 crash): nvc+47 [m] page_fault\n',
      ].join('\n'),
    );
    expect(await run([...args, '--exit-code'], { cwd })).toMatchObject({ exitCode: 1, out: diff.out });
  });

  it('compares the output of fingerprint of two versions', async () => {
    save('a', '{"id":"1","crashes":[{"signature":"bug\\nf","title":"f+1 bug"}]}\n');
    save('b', '{"id":"1","crashes":[{"signature":"bug\\ng","title":"g+1 bug"}]}\n');
    const { out } = await run(['signature', 'diff', '--from', 'a', '--to', 'b', '--json'], { cwd });
    expect(JSON.parse(out)).toMatchObject({
      renames: [{ from: { groupText: 'bug\nf' }, to: { groupText: 'bug\ng', crashes: 1 } }],
    });
  });

  it('tells what becomes damaged, and keeps it out of groups, also over a snapshot of a snapshot', async () => {
    const torn = `${oops('frob').split('RIP')[0] ?? ''}RIP: 0010:fr`;
    save('texts/web-1/dmesg.txt', torn);
    const after = await run(['signature', 'snapshot', 'texts'], { cwd });
    expect(after.out).toContain('"corrupted":true');
    save('after.ndjson', after.out);
    save('texts/web-1/dmesg.txt', oops('frob'));
    save('before.ndjson', (await run(['signature', 'snapshot', 'texts'], { cwd })).out);
    const { out } = await run(['signature', 'diff', '--from', 'before.ndjson', '--to', 'after.ndjson'], {
      cwd,
    });
    expect(out).toContain('damaged  bad-access frob in texts/web-1/dmesg.txt: frob+47 [m] page_fault\n');
    expect(out).toContain('1 crash compared: 1 group unchanged');
  });

  it.each([
    [['diff', '--from', 'a'], 'give either --to or the texts'],
    [['diff', '--from', 'nowhere', 'texts'], 'cannot read nowhere'],
    [['diff', '--from', 'texts/web-2.txt', 'texts'], 'texts/web-2.txt, line 1'],
    [['diff', 'texts'], "required option '--from <side>'"],
    [['diff', '--from', 'stored', 'texts'], 'a snapshot of the same folder'],
    [['diff', '--from', 'stored', '--to', 'stored'], 'both sides are the same'],
    [['snapshot'], 'give one of: texts, --stored, --here'],
    [['snapshot', '--stored', 'texts'], 'give one of: texts, --stored, --here'],
    [['snapshot', '--stored', '--since', 'monday'], '--since is a span'],
    [['snapshot', '--stored', '--limit', '0'], '--limit is a number'],
    [['snapshot', '--stored'], 'no running oopstream found'],
    [['snapshot', 'nowhere'], 'cannot read nowhere'],
    [['explode'], "unknown command 'explode'"],
  ])('ends with 2 at %j', async (args, why) => {
    const { exitCode, err } = await run(['signature', ...args], { cwd });
    expect(exitCode).toBe(2);
    expect(err).toContain(why);
  });
});
