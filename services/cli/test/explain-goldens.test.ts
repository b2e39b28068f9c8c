import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/cli-bench';

const CASES = join(__dirname, '../../../libs/core/transcript/cases');
const GOLDENS = join(__dirname, 'goldens');
const update = process.env['UPDATE_CASES'] === '1';

/** More than this is no screen. */
const SCREEN_LINES = 60;

interface Golden {
  readonly name: string;
  /** Cases, or texts made of them. */
  readonly texts: readonly (string | { readonly name: string; readonly bytes: Uint8Array })[];
  readonly options?: readonly string[];
  readonly columns?: number;
}

const bytesOf = (name: string): Buffer => readFileSync(join(CASES, name, 'transcript.txt'));

/** The log's text ends in the middle of the report. */
function cutInReport(name: string): Uint8Array {
  const bytes = bytesOf(name);
  return bytes.subarray(0, bytes.indexOf('Call Trace:'));
}

const GOLDEN: readonly Golden[] = [
  { name: 'seed', texts: ['kdump/seed.kmalloc-usb-analysis'] },
  {
    name: 'seed-all',
    texts: ['kdump/seed.kmalloc-usb-analysis'],
    options: ['--all', '--registers', '--signature'],
  },
  { name: 'seed-coloured', texts: ['kdump/seed.kmalloc-usb-analysis'], options: ['--color', 'always'] },
  { name: 'null-deref', texts: ['kdump/nvc-null-lookup-02.dmesg'] },
  { name: 'null-deref-narrow', texts: ['kdump/nvc-null-lookup-02.dmesg'], columns: 60 },
  { name: 'list-corruption', texts: ['kdump/nvc-list-corruption-01.dmesg'] },
  { name: 'arm64-null', texts: ['lkdtm/arm64-5.10.0-32-arm64-access_null-1'] },
  { name: 'kasan', texts: ['kasan-out-of-bounds/x86-64-slab'] },
  { name: 'hung-task', texts: ['kdump/hung-task-01.dmesg'] },
  { name: 'hardware-two-crashes', texts: ['hardware-error/apei-bert-and-ghes'] },
  { name: 'harmless', texts: ['harmless/not-crashes'] },
  { name: 'damaged', texts: [{ name: 'cut.txt', bytes: cutInReport('kdump/nvc-null-lookup-02.dmesg') }] },
  {
    name: 'two-texts-one-crash',
    texts: ['kdump/usb-strdesc-slab-01.dmesg', 'kdump/usb-strdesc-slab-01.crash-session'],
  },
  { name: 'two-texts-two-crashes', texts: ['kdump/nvc-div0-01.dmesg', 'kdump/sysrq-c-01.crash-bt'] },
];

const folder = mkdtempSync(join(tmpdir(), 'goldens-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function shown({ texts, options = [], columns }: Golden): Promise<string> {
  const files = texts.map((text) => {
    const { name, bytes } =
      typeof text === 'string' ? { name: text.replace('/', '.'), bytes: bytesOf(text) } : text;
    writeFileSync(join(folder, name), bytes);
    return name;
  });
  const env = columns === undefined ? {} : { COLUMNS: String(columns) };
  const { exitCode, out, err } = await run(['explain', ...options, ...files], { cwd: folder, env });
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return out;
}

describe('what explain shows to people', () => {
  it.each(GOLDEN)('$name', async (golden) => {
    const file = join(GOLDENS, `${golden.name}.txt`);
    const out = await shown(golden);
    if (update) writeFileSync(file, out);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(out);
  });

  it('has no golden that nothing writes', () => {
    expect(readdirSync(GOLDENS).sort()).toEqual(GOLDEN.map(({ name }) => `${name}.txt`).sort());
  });

  const reports = readdirSync(join(CASES, 'kdump')).filter((name) =>
    /-\d\d\.(?:dmesg|crash-session)$/.test(name),
  );

  it.each(reports)('shows %s on one screen', async (name) => {
    const out = await shown({ name, texts: [`kdump/${name}`] });
    expect(out).toMatch(/\n[a-z-]+, (?:certain|likely|hint)\n/);
    expect(out.split('\n').length - 1).toBeLessThanOrEqual(SCREEN_LINES);
  });
});
