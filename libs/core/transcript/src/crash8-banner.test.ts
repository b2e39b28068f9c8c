import { instantOfDate } from './crash8-banner';
import { readTranscript } from './index';

describe('when the crash was, by the banner', () => {
  it.each([
    ['Sun Sep 20 23:58:01 UTC 2026', '2026-09-20T23:58:01Z'],
    ['Thu Oct  1 00:41:19 GMT 2026', '2026-10-01T00:41:19Z'],
    ['Tue Nov 10 20:41:19 +0530 2026', '2026-11-10T15:11:19Z'],
    ['Tue Nov 10 20:41:19 +03 2026', '2026-11-10T17:41:19Z'],
    ['Tue Nov 10 20:41:19 -03 2026', '2026-11-10T23:41:19Z'],
    // China, Cuba or Chicago.
    ['Tue Nov 10 20:41:19 CST 2026', null],
    ['Tue Nov 10 20:41:19 EST 2026', null],
    ['Fri Jul 10 10:49:30 2009', null],
    ['Tue Nov 77 20:41:19 UTC 2026', null],
    ['', null],
  ])('%s', (date, expected) => {
    expect(instantOfDate(date)).toBe(expected === null ? null : Date.parse(expected));
  });

  it('is that of a banner without a backtrace, too', () => {
    const text = [
      '    DUMPFILE: dump.202611182136  [PARTIAL DUMP]',
      '        DATE: Wed Nov 18 21:37:00 UTC 2026',
      '       PANIC: "Oops: 0000 [#1] PREEMPT SMP NOPTI" (check log for details)',
      'crash> quit',
    ].join('\n');
    const { readings } = readTranscript(Buffer.from(text));
    expect(readings.map((one) => one.occurredAtMs)).toEqual([Date.parse('2026-11-18T21:37:00Z')]);
  });
});
