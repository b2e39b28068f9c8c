import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { run } from '../cli-bench';
import { visible, visibleBytes, visibleJson } from './visible';

/** What a terminal obeys, or what hides text: none of it may be written, line ends excepted. */
const OBEYED = new RegExp('[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]');

const HOSTILE = [
  '\x1b[2J\x1b[1;1H',
  '\x1b]0;owned\x07',
  '\x1bP+q544e\x1b\\',
  '\x9b31m',
  '\u202egnp.exe',
  '\r',
  '\x08\x08\x08',
  '\0',
  '\x7f',
].map((text) => Buffer.from(text, 'utf8'));
const BROKEN = [Buffer.from([0xff, 0xfe]), Buffer.from([0x9b, 0x33, 0x31, 0x6d]), Buffer.from([0xc3])];

const log = readFileSync(
  join(__dirname, '../../../../libs/core/transcript/cases/kdump/nvc-null-lookup-02.dmesg/transcript.txt'),
);
const folder = mkdtempSync(join(tmpdir(), 'visible-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function outputs(bytes: Uint8Array): Promise<string> {
  writeFileSync(join(folder, 'log'), bytes);
  const page = ['explain', '--all', '--registers', '--signature', '--lines', '--color', 'never', 'log'];
  const shown = await Promise.all(
    [page, ['explain', 'log'], ['explain', '--json', 'log']].map((args) => run(args, { cwd: folder })),
  );
  return shown.map(({ out, err }) => out + err).join('');
}

describe('what a transcript may write to the terminal', () => {
  it('spells what a terminal would obey', () => {
    expect(visible('a\x1b[31mb\tc\u202ed')).toBe('a\\x1b[31mb c\\u202ed');
    expect(visibleBytes(Buffer.from([0x41, 0xff, 0x9b]))).toBe('A\\xff\\x9b');
    expect(visibleBytes(Buffer.from('größe 为'))).toBe('größe 为');
  });

  it('writes JSON that reads as it was and holds none of it', () => {
    const value = { text: 'a\x1b\x9b\u202e\x7f\n"\\' };
    expect(visibleJson(value).replaceAll('\n', '')).not.toMatch(OBEYED);
    expect(JSON.parse(visibleJson(value))).toEqual(value);
  });

  it('lets nothing through from the places that a crash names', async () => {
    const text = log.toString('latin1');
    for (const bytes of [...HOSTILE, ...BROKEN]) {
      const injected = bytes.toString('latin1');
      const hostile = text
        .replace(/Comm: \w+/, `Comm: po${injected}st`)
        .replace(/Hardware name: /, `Hardware name: ${injected}`)
        .replace(/Modules linked in:/, `Modules linked in: ${injected}(OE)`)
        .replace(/nvc_lookup/g, `nvc_${injected}lookup`);
      expect(await outputs(Buffer.from(hostile, 'latin1'))).not.toMatch(OBEYED);
    }
  });

  it('lets nothing through from anywhere', async () => {
    const crash = log.subarray(log.indexOf('BUG: kernel NULL') - 20);
    const piece = fc.constantFrom(...HOSTILE, ...BROKEN);
    const places = fc.array(fc.tuple(fc.nat(Math.min(3000, crash.length)), piece), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(places, async (inserted) => {
        let bytes = crash;
        for (const [at, what] of inserted)
          bytes = Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
        expect(await outputs(bytes)).not.toMatch(OBEYED);
      }),
      { numRuns: 40 },
    );
  });
});
