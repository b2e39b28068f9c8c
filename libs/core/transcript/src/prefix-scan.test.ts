import { assert, constantFrom, array, property, string, tuple } from 'fast-check';
import { eachLine, type Line } from './framing';
import { behindPrefixes, FOREIGN, UNSURE } from './prefix-scan';

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

describe('behindPrefixes', () => {
  it('finds the message where the expressions find it, or is not sure', () => {
    assert(
      property(LINES, (text) => {
        const bytes = Buffer.from(`${text}\n${' '.repeat(80)}`, 'latin1');
        const at = behindPrefixes(bytes, 0, text.length);
        const line = readWhole(text);
        if (at === UNSURE || line === undefined) return;
        if (at === FOREIGN) expect({ text, foreign: line.foreign }).toEqual({ text, foreign: true });
        // Other facilities than the kernel's: nothing of such a line counts.
        if (line.foreign) return;
        expect({ text, framed: line.framed }).toEqual({ text, framed: at > 0 });
        expect(text.slice(at).startsWith(line.message)).toBe(true);
      }),
      { numRuns: 20_000 },
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
  ])('is sure of the usual forms: %s', (text) => {
    expect(behindPrefixes(Buffer.from(text), 0, text.length)).toBe(text.length - 1);
  });

  it('is sure of another program', () => {
    const text = 'Nov 22 19:01:02 node-7 systemd[1]: x';
    expect(behindPrefixes(Buffer.from(text), 0, text.length)).toBe(FOREIGN);
  });
});
