import { eachLine, type Line } from './framing';

function read(text: string): Line[] {
  const lines: Line[] = [];
  eachLine(text, 4096, (line) => lines.push(line));
  return lines;
}

describe('capture prefixes', () => {
  it.each([
    ['plain', ' f+0x1/0x2', ' f+0x1/0x2', null, null],
    ['time stamp', '[   12.345678]  f+0x1/0x2', ' f+0x1/0x2', 12.345678, null],
    ['level', '<4>[   12.345678] x', 'x', 12.345678, null],
    ['caller', '[   12.345678][ T123] x', 'x', 12.345678, 'T123'],
    ['CPU as caller', '[   12.345678][    C0]  f+0x1/0x2', ' f+0x1/0x2', 12.345678, 'C0'],
    ['syslog', 'Nov 22 19:01:02 host kernel: [   12.345678] x', 'x', 12.345678, null],
    ['syslog without stamp', 'Nov 22 19:01:02 host kernel:  f+0x1/0x2', ' f+0x1/0x2', null, null],
    ['journal, ISO time', '2026-11-22T19:01:02.123456+01:00 host kernel: x', 'x', null, null],
    ['netconsole, extended', '4,339,5140900,-,caller=T12; f+0x1/0x2', ' f+0x1/0x2', 5.1409, 'T12'],
    ['netconsole with release', '6.4.0,4,339,5140900,-;x', 'x', 5.1409, null],
    ['dmesg -x', 'kern  :warn  : [   12.345678] x', 'x', 12.345678, null],
    ['dmesg -T', '[Sat Apr  4 07:41:09 2020] x', 'x', null, null],
    ['colour', '\u001b[33m[   12.345678]\u001b[0m x', 'x', 12.345678, null],
  ])('%s', (_name, text, message, uptime, caller) => {
    expect(read(text)).toMatchObject([{ message, uptime, caller, foreign: false }]);
  });

  it.each([
    ['another program in syslog', 'Nov 22 19:01:02 host abrt-dump-oops[12]: BUG: x'],
    ['another facility', 'daemon:warn  : BUG: x'],
  ])('%s is nobody of the kernel', (_name, text) => {
    expect(read(text)).toMatchObject([{ foreign: true }]);
  });

  it('parts lines that a console glued together', () => {
    expect(read('login: [   12.345678] BUG: x')).toMatchObject([
      { message: 'login: ', start: 0 },
      { message: 'BUG: x', uptime: 12.345678, start: 7 },
    ]);
  });

  it('takes CRLF and LF alike', () => {
    expect(read('a\r\nb\n').map((line) => [line.message, line.start, line.end])).toEqual([
      ['a', 0, 1],
      ['b', 3, 4],
    ]);
  });
});
