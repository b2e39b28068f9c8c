import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { ConsoleReader } from './console-reader';
import { eachLine } from './framing';
import { gateOf } from './idle-gate';
import { DEFAULT_READ_LIMITS } from './read-transcript';
import { decodeForScan } from './text';

const LIMITS = DEFAULT_READ_LIMITS;
const CASES = join(__dirname, '../cases');
const TEXTS = readdirSync(CASES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('transcript.txt'))
  .sort()
  .map((name) => readFileSync(join(CASES, name), 'latin1'))
  .filter((text) => text.length < 60_000);

const STAMP = /^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/;
const FRAMES: readonly ((message: string, n: number) => string)[] = [
  (m) => m,
  (m, n) => `[    1.${String(n).padStart(6, '0')}] ${m}`,
  (m, n) => `[    1.${String(n).padStart(6, '0')}][  T${n % 5}] ${m}`,
  (m, n) => `<4>[    1.${String(n).padStart(6, '0')}] ${m}`,
  (m) => `Nov 22 19:01:02 node kernel: ${m}`,
  (m) => `Nov 22 19:01:02 node app[3]: ${m}`,
  (m, n) => `4,${n},${n},-,caller=C${n % 3};${m}`,
  (m) => `kern  :warn  : ${m}`,
  (m, n) => `login: [    1.${String(n).padStart(6, '0')}] ${m}`,
  (m) => `  ${m}\r`,
  (m) => `\u001b[33m${m}\u001b[0m`,
];

/** Everything that the reader keeps of a text. */
function read(text: string, gated: boolean): string {
  const bytes = Buffer.from(text, 'latin1');
  const scanned = decodeForScan(bytes);
  const console = new ConsoleReader(LIMITS, null);
  const gate = gated ? gateOf(bytes, scanned, LIMITS, console) : null;
  eachLine(scanned, LIMITS.maxLineBytes, (line) => console.line(line), gate);
  return JSON.stringify([console.drafts, console.omitted]);
}

describe('IdleLines', () => {
  it('changes no reading of the case library', () => {
    for (const text of TEXTS) expect(read(text, true)).toEqual(read(text, false));
  });

  it('changes no reading, whatever the frames and between whatever lines', () => {
    const line = record({
      text: nat(TEXTS.length - 1),
      at: nat(),
      many: nat(12),
      frame: constantFrom(...FRAMES),
    });
    assert(
      property(array(line, { minLength: 1, maxLength: 12 }), (parts) => {
        let n = 0;
        const lines = parts.flatMap(({ text, at, many, frame }) => {
          const all = (TEXTS[text] ?? '').split('\n').map((one) => one.replace(STAMP, ''));
          const from = at % all.length;
          return all.slice(from, from + many).map((one) => frame(one, n++));
        });
        const text = lines.join('\n');
        expect(read(text, true)).toEqual(read(text, false));
      }),
      { numRuns: 3_000 },
    );
  });
});
