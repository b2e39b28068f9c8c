import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, constantFrom, nat, property, record, uint8Array } from 'fast-check';
import { ConsoleReader, IDLE_STARTS, mattersIdle } from './console-reader';
import { eachLine } from './framing';
import { eachLineThatMatters, idleLinesOf } from './idle-gate';
import { IdleLines } from './idle-lines';
import { IdleScan } from './idle-scan';
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
  (m, n) => `\u001b[32m[    1.${String(n).padStart(6, '0')}] \u001b[0m\u001b[1m${m}\u001b[0m`,
  (m, n) => `[    1.${String(n).padStart(6, '0')}@${n % 3}](0)[  T${n % 5}] ${m}`,
  (m) => `19:01:02 <4>${m}`,
  (m) => `2026-11-22T19:01:02.123456+01:00 node-7 kernel: ${m}`,
  (m) => `\u0000${m}\u0000`,
  (m) => `${m}${' x'.repeat(40)}`,
];

/** A reader, and everything that it keeps of a text. */
function openReader() {
  const console = new ConsoleReader(LIMITS, null);
  return { console, kept: () => JSON.stringify([console.drafts, console.omitted]) };
}

function readAll(bytes: Uint8Array, maxLineBytes = LIMITS.maxLineBytes): string {
  const { console, kept } = openReader();
  eachLine(decodeForScan(bytes), maxLineBytes, (line) => console.line(line));
  return kept();
}

function readGated(bytes: Uint8Array, idle: IdleLines, maxLineBytes = LIMITS.maxLineBytes): string {
  const { console, kept } = openReader();
  eachLineThatMatters(
    bytes,
    maxLineBytes,
    (line) => console.line(line),
    () => console.idle,
    idle,
  );
  return kept();
}

function idleLines(bytes: Uint8Array, maxLineBytes = LIMITS.maxLineBytes): IdleLines {
  const idle = idleLinesOf(bytes, maxLineBytes);
  if (idle === null) throw new Error('this machine has no WebAssembly with SIMD');
  return idle;
}

const scan = IdleScan.create(IDLE_STARTS);
/** In windows so small that lines and reports cross them. */
function inWindows(bytes: Uint8Array, windowBytes: number, maxLineBytes = LIMITS.maxLineBytes): IdleLines {
  if (scan === null) throw new Error('this machine has no WebAssembly with SIMD');
  return new IdleLines(bytes, maxLineBytes, scan, mattersIdle, windowBytes);
}

const LINE = record({
  text: nat(TEXTS.length - 1),
  at: nat(),
  many: nat(12),
  frame: constantFrom(...FRAMES),
});
/** Texts of pieces of cases, each piece in a frame of its own. */
const MIXED = array(LINE, { minLength: 1, maxLength: 12 }).map((parts) => {
  let n = 0;
  const lines = parts.flatMap(({ text, at, many, frame }) => {
    const all = (TEXTS[text] ?? '').split('\n').map((one) => one.replace(STAMP, ''));
    const from = at % all.length;
    return all.slice(from, from + many).map((one) => frame(one, n++));
  });
  return Buffer.from(lines.join('\n'), 'latin1');
});

describe('IdleLines', () => {
  it('changes no reading of the case library', () => {
    for (const text of TEXTS) {
      const bytes = Buffer.from(text, 'latin1');
      const all = readAll(bytes);
      expect(readGated(bytes, idleLines(bytes))).toEqual(all);
      expect(readGated(bytes, inWindows(bytes, 1024))).toEqual(all);
    }
  });

  it('changes no reading, whatever the frames and between whatever lines', () => {
    assert(
      property(MIXED, (bytes) => {
        expect(readGated(bytes, idleLines(bytes))).toEqual(readAll(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes no reading, wherever its windows end and however long lines may be', () => {
    assert(
      property(MIXED, nat(500), nat(300), (bytes, window, line) => {
        const maxLineBytes = 20 + line;
        const idle = inWindows(bytes, 64 + window, maxLineBytes);
        expect(readGated(bytes, idle, maxLineBytes)).toEqual(readAll(bytes, maxLineBytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes no reading of damaged texts', () => {
    const damage = record({ at: nat(), bytes: uint8Array({ maxLength: 12 }) });
    assert(
      property(MIXED, array(damage, { maxLength: 8 }), (text, damages) => {
        const bytes = Uint8Array.from(text);
        for (const one of damages)
          bytes.set(
            one.bytes.slice(0, bytes.length),
            (one.at % (bytes.length + 1)) % Math.max(1, bytes.length - 12),
          );
        expect(readGated(bytes, idleLines(bytes))).toEqual(readAll(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps texts apart that are read by turns', () => {
    const one = Buffer.from('a\nBUG: KASAN: x\nb\nBUG: KASAN: y\n');
    const other = Buffer.from('aaaa\nbb\n\nBUG: KASAN: zz\n');
    const [first, second] = [idleLines(one), idleLines(other)];
    expect([first.pass(0), second.pass(0), first.pass(16), second.pass(5)]).toEqual([2, 9, 18, 9]);
  });

  it('says what a text of many windows holds', () => {
    const at = (word: string) => Buffer.from(`${'x'.repeat(1020)}${word}${'y'.repeat(3000)}`);
    const holds = (word: string) => {
      const { control, crash8 } = inWindows(at(word), 1024);
      return { control, crash8 };
    };
    expect(holds('plain')).toEqual({ control: false, crash8: false });
    expect(holds('\u001b[m')).toEqual({ control: true, crash8: false });
    expect(holds('crash> bt')).toEqual({ control: false, crash8: true });
  });
});
