import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { run } from './cli-bench';

const CASES = join(__dirname, '../../../libs/core/transcript/cases');
const SEED = 'kdump/seed.kmalloc-usb-analysis/transcript.txt';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const explain = (...args: string[]) => run(['explain', ...args], { cwd: CASES });

/** The parts of the JSON that the tests look at; test/explained-json.test.ts holds the whole of it to its form. */
interface Said {
  readonly crashes: readonly {
    readonly title: string;
    readonly hashed: Record<string, { readonly text: string; readonly key: string }>;
    readonly texts: readonly { readonly file: string; readonly why: string | null }[];
    readonly blame: {
      readonly steps: readonly { readonly function: string; readonly skippedBy: { list: string } | null }[];
    };
  }[];
  readonly texts: readonly { readonly silence: { readonly reason: string } | null }[];
}

const json = async (...args: string[]): Promise<Said> =>
  JSON.parse((await explain('--json', ...args)).out) as Said;

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(bytes: Uint8Array | string): string {
  const file = join(folder, 'text');
  writeFileSync(file, bytes);
  return file;
}

describe('oopstream explain', () => {
  it('finds the one crash of the note under the name that people say', async () => {
    expect((await json(SEED)).crashes.map(({ title }) => title)).toEqual([
      '__kmalloc+171 stack_segment from usbdev_ioctl',
    ]);
  });

  it('says which list line let a frame pass, and hashing what it prints gives the keys', async () => {
    const [crash] = (await json(SEED)).crashes;
    expect(crash?.blame.steps.find((step) => step.function === '__kmalloc')?.skippedBy?.list).toBe(
      'allocators',
    );
    const keys = Object.values(crash?.hashed ?? {});
    expect(keys.map(({ text }) => `v1:${sha256(text)}`)).toEqual(keys.map(({ key }) => key));
    expect(keys).toHaveLength(3);
  });

  it('shows signing, lines and registers where they are asked for, and not else', async () => {
    const marks = ['skipped by allocators:', 'disassembly', 'recovered)\n  r14'];
    const plain = (await explain(SEED)).out;
    for (const mark of marks) expect(plain).not.toContain(mark);
    const full = (await explain('--signature', '--lines', '--registers', SEED)).out;
    for (const mark of marks) expect(full).toContain(mark);
  });

  it('shows all findings only where they are asked for', async () => {
    expect((await explain(SEED)).out).toMatch(/… \d+ more findings: --all/);
    const all = (await explain('--all', SEED)).out;
    expect(all).not.toContain('more findings');
    expect(all).toContain('USBDEVFS_SUBMITURB');
  });

  it('colours where it is told to, and what it says is the same without', async () => {
    const plain = (await explain('--color', 'never', SEED)).out;
    const coloured = (await explain('--color', 'always', SEED)).out;
    expect(plain).not.toContain('\x1b');
    expect(coloured).toContain('\x1b[');
    // eslint's no-control-regex refuses the escape as a literal.
    const bare = coloured.replaceAll(new RegExp('\\u001b\\[\\d+m', 'g'), '');
    const withoutCarets = plain.replaceAll(/\n +\^[ ^]*(?=\n)/g, '');
    expect(bare).toBe(withoutCarets);
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('on a terminal with %j colours: %p', async (env, isColoured) => {
    const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const chunks: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await run(['explain', SEED], { cwd: CASES, stdout, env });
    expect(Buffer.concat(chunks).includes('\x1b[')).toBe(isColoured);
  });

  it.each([50, 60, 80, 110])('keeps to %d columns', async (columns) => {
    const { out } = await run(['explain', '--all', '--registers', SEED], {
      cwd: CASES,
      env: { COLUMNS: String(columns) },
    });
    // A path or an address is one word, and commands are there to be copied.
    const long = out.split('\n').filter((line) => line.length > columns && line.trim().includes(' '));
    expect(long.filter((line) => !/^(?:  (?:kmem|p|struct|dis|bt) )/.test(line))).toEqual([]);
  });

  it('takes log and crash(8) text of one crash for one crash, whatever their order', async () => {
    const log = 'kdump/usb-strdesc-slab-01.dmesg/transcript.txt';
    const session = 'kdump/usb-strdesc-slab-01.crash-session/transcript.txt';
    const forward = await json(log, session);
    const backward = await json(session, log);
    expect(forward.crashes.map(({ texts }) => texts.length)).toEqual([2]);
    expect(forward.crashes[0]?.texts[1]?.why).toBe('same group key');
    expect(backward.crashes.map(({ title }) => title)).toEqual(forward.crashes.map(({ title }) => title));
  });

  it('keeps texts of different crashes apart', async () => {
    const { crashes } = await json(
      'kdump/nvc-div0-01.dmesg/transcript.txt',
      'kdump/nvc-null-lookup-01.crash-bt/transcript.txt',
    );
    expect(crashes.map(({ texts }) => texts.length)).toEqual([1, 1]);
  });

  it.each([
    ['', 'empty'],
    [new Uint8Array([0x1f, 0x8b, 8, 0, 0]), 'compressed'],
    [new Uint8Array(100), 'binary'],
    ['usb 1-1: new device\n', 'no-header'],
  ])('says of %j why it is taken for no crash: %s', async (bytes, reason) => {
    const file = fileWith(bytes);
    const { exitCode, out } = await explain(file);
    expect(exitCode).toBe(0);
    expect(out).toContain('no crash');
    expect((await json(file)).texts.map(({ silence }) => silence?.reason)).toEqual([reason]);
  });

  it('reads standard input beside files, and not twice', async () => {
    const stdin = Readable.from([readFileSync(join(CASES, SEED))]);
    const { out } = await run(['explain', '-', SEED], { cwd: CASES, stdin });
    expect(out).toContain('also in');
    expect(await explain('-', '-')).toEqual({
      exitCode: 2,
      out: '',
      err: 'oopstream: standard input can be read once: `-` is given twice\n',
    });
  });

  it('names the text of several that cannot be read, in one line', async () => {
    const { exitCode, out, err } = await explain(SEED, 'nowhere\x1b[31m.txt');
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(/^oopstream: cannot read nowhere\\x1b\[31m\.txt: .*\n$/);
  });
});
