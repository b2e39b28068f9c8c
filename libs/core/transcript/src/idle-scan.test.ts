import { array, assert, constantFrom, nat, property, string, tuple, uint8Array } from 'fast-check';
import { mayHoldCrash8 } from './crash8-reader';
import { eachLine, type Line } from './framing';
import { IdleScan } from './idle-scan';
import { decodeForScan } from './text';

function scanFor(starts: Iterable<string>): IdleScan {
  const scan = IdleScan.create(starts);
  if (scan === null) throw new Error('this machine has no WebAssembly with SIMD');
  return scan;
}

/** Asks for every message. */
const all = scanFor(Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1)));

function pass(scan: IdleScan, bytes: Uint8Array) {
  scan.load(bytes, bytes);
  return scan.pass(0, 4096);
}

/** Prefixes, things that nearly are prefixes, and what stands between them. */
const PARTS = constantFrom(
  '[    1.234567]',
  '[12345.123456] ',
  '[1.22]',
  '[ 1.234567](3)',
  '[   12.345678@1]',
  '[    1.2345678901]',
  '[Sat Apr  4 07:41:09 2020] ',
  '[Sat Apr 14 07:41:09.5 2020] ',
  '[ T123]',
  '[   C0] ',
  '[T12345678901]',
  '[ BUG: ',
  '[8086:1234] ',
  '<4>',
  '<1234>',
  '<x>',
  'Nov 22 19:01:02 host kernel: ',
  'Nov  2 19:01:02 host kernel:',
  'Nov 22 19:01:02 kernel: ',
  'Nov 22 2026 19:01:02 host kernel: ',
  'Nov 22 19:01:02 host systemd[1]: ',
  'Nov 22 19:01:02 host klogd: ',
  'Nov 22 19:01:02 ',
  '2026-11-22T19:01:02.123456+01:00 node-7 kernel: ',
  '2026-11-22 19:01:02,5Z node-7 cron[77]: ',
  '2026-11-22T19:01:02-0100 host kernel: ',
  '2026-11-22 ',
  '19:01:02 ',
  '4,339,5140900,-;',
  '6,1,22,-,caller=T12;',
  '6,1,22,-,caller=;12;',
  '6,1,22,c;',
  '6.4.0,4,339,5140900,-;',
  '6.4.0 4,3,5,-;',
  'kern  :warn  : ',
  'kern:info:',
  'kern  :loud  : ',
  'daemon:warn  : ',
  'kernel: ',
  'kernel:',
  'kernel BUG at ',
  ' ',
  '  ',
  '\t',
  ' '.repeat(23),
  ' '.repeat(24),
  '[ 1.222] (3)',
  '[    1.234567@1](3)[T1] ',
  'Nov 22 19:01:02.5 host kernel: ',
  'Nov 22 19:01:02,5 host kernel: ',
  '19:01:02.25 <',
  '19:01:02. [',
  '19:01:2 ',
  'BUG: x',
  '7',
  ':',
  '.',
);
const LINES = tuple(array(PARTS, { maxLength: 10 }), string({ maxLength: 6 })).map(([parts, rest]) =>
  (parts.join('') + rest).replace(/[^\t -~]/g, 'x'),
);

function readWhole(text: string): Line | undefined {
  const lines: Line[] = [];
  eachLine(text, 4096, (line) => lines.push(line));
  return lines[0];
}

describe('prefixes', () => {
  it('end where the expressions find their end, or the line is left to those', () => {
    assert(
      property(LINES, (text) => {
        const { message, framed, passed } = pass(all, Buffer.from(`${text}\n`, 'latin1'));
        const line = readWhole(text);
        if (line === undefined) return;
        if (passed === 1) expect({ text, foreign: line.foreign }).toEqual({ text, foreign: true });
        // Other facilities than the kernel's: nothing of such a line counts.
        if (message === null || line.foreign) return;
        const own = framed ? line.message : line.message.trimStart();
        expect({ text, framed, own: decodeForScan(message) }).toEqual({ text, framed: line.framed, own });
      }),
      { numRuns: 30_000 },
    );
  });

  it.each([
    '[    1.234567] x',
    '<4>[    1.234567] x',
    '[    1.234567][  T4711] x',
    '[Sat Apr  4 07:41:09 2020] x',
    'Nov 22 19:01:02 node-7 kernel: [    1.234567] x',
    'Nov 22 19:01:02 node-7 kernel: x',
    '2026-11-22T19:01:02.123456+0100 node-7 kernel: x',
    'kern  :warn  : [    1.234567] x',
    '4,1,1234567,-;x',
    '4,1,1234567,-,caller=T12;x',
    '6.4.0,4,1,1234567,-;x',
    '[    1.234567@3](0)[  T12] x',
    '[123456.234567] x',
    '19:01:02.125 [    1.234567] x',
    'Nov 22 2026 19:01:02.125 node-7 kernel: x',
  ])('of the usual forms are known: %s', (text) => {
    const { message, framed } = pass(all, Buffer.from(`${text}\n`));
    expect({ message: message && decodeForScan(message), framed }).toEqual({ message: 'x', framed: true });
  });

  it('of another program make a line idle', () => {
    expect(pass(all, Buffer.from('Nov 22 19:01:02 node-7 systemd[1]: x\n')).passed).toBe(1);
  });
});

describe('colours', () => {
  it.each([
    '\u001b[32m[    1.234567] \u001b[0m\u001b[33mx\u001b[0m',
    '\u001b(B[    1.234567] x\r',
    '\u0000[    1.234567] \u0007x\u001b[1;31;40m',
    '\u001b7[    1.234567]\u001b[K x\r\r',
  ])('are taken off: %j', (text) => {
    const { message, framed } = pass(all, Buffer.from(`${text}\n`));
    expect({ message: message && decodeForScan(message), framed }).toEqual({ message: 'x', framed: true });
  });

  it('and all other control characters are taken off as the expressions do it', () => {
    const parts = constantFrom(
      '\u001b',
      '[',
      '(',
      '1',
      ';',
      ' ',
      'm',
      'B',
      '7',
      '\r',
      '\0',
      '\t',
      '\b',
      '!',
      'x',
      '?',
    );
    assert(
      property(array(parts, { maxLength: 14 }), (letters) => {
        const text = `[    1.234567] a${letters.join('')}`;
        const { message } = pass(all, Buffer.from(`${text}\n`));
        if (message !== null)
          expect([text, decodeForScan(message)]).toEqual([text, readWhole(text)?.message]);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('survey', () => {
  it('misses neither control characters nor what may be of crash(8)', () => {
    const parts = constantFrom(
      'crash> ',
      'COMMAND: "',
      '#0 [',
      '#3 [',
      '] machine_kexec at',
      '\n',
      'x',
      '\r',
      '> ',
      '#',
      '"',
    );
    assert(
      property(array(parts, { maxLength: 6 }), nat(70), (words, room) => {
        const text = 'y'.repeat(room) + words.join('');
        const { control, crash8 } = all.load({}, Buffer.from(text));
        expect({ text, control: control || !text.includes('\r') }).toEqual({ text, control: true });
        expect({ text, crash8: crash8 || !mayHoldCrash8(text) }).toEqual({ text, crash8: true });
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('line starts', () => {
  const asked = (scan: IdleScan, text: string) => pass(scan, Buffer.from(`${text}\n`)).message !== null;
  const fold = (text: string) => text.replace(/[^]/g, (c) => String.fromCharCode(c.charCodeAt(0) | 0x20));

  it('let through every line that begins with one, and only such as share eight letters with one', () => {
    const letters = string({ minLength: 1, maxLength: 14, unit: constantFrom(...'abcdABCD :[') });
    assert(
      property(array(letters, { minLength: 1, maxLength: 30 }), letters, (texts, rest) => {
        const starts = texts.map((text) => `!${text}`);
        const scan = scanFor(starts);
        for (const text of starts) expect({ text, in: asked(scan, text + rest) }).toEqual({ text, in: true });
        const expected = starts.some((text) => fold(`!${rest}\n`).startsWith(fold(text.slice(0, 8))));
        if (!expected) expect({ rest, in: asked(scan, `!${rest}`) }).toEqual({ rest, in: false });
      }),
      { numRuns: 300 },
    );
  });

  it('may hold digits and words of any length', () => {
    const scan = scanFor(['irq \u0001: no', 'mem\u0002: d', 'memory x']);
    const lines = [
      'irq 7: nobody',
      'irq 123456: nobody',
      'irq : no',
      'irq 7: yes',
      'memcpy_x9: d',
      'mem: d',
      'memory x',
    ];
    expect(lines.map((line) => asked(scan, line))).toEqual([true, true, false, false, true, false, true]);
  });

  it('take capitals for small letters and nothing for bytes beyond ASCII', () => {
    const scan = scanFor(['BUG: ', 'kernel']);
    expect([asked(scan, 'bug: x'), asked(scan, 'Kernel panic'), asked(scan, 'BUG')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(pass(scan, Uint8Array.of(0xff, 0xfe, 10)).passed).toBe(1);
  });

  it('may not be empty', () => {
    expect(() => scanFor([''])).toThrow(RangeError);
  });
});

describe('pass', () => {
  it('ends for any bytes, with whole lines passed only', () => {
    assert(
      property(tuple(uint8Array({ maxLength: 300 }), nat(50)), ([bytes, maxLineBytes]) => {
        all.load(bytes, bytes);
        const { start, passed } = all.pass(0, maxLineBytes);
        const lines = decodeForScan(bytes.subarray(0, start)).split('\n');
        expect(lines.length - 1).toBe(passed);
        expect(lines.at(-1)).toBe('');
      }),
      { numRuns: 3_000 },
    );
  });
});
