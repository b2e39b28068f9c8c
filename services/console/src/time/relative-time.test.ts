import { durationText, exactTime, relativeTime } from './relative-time';

const NOW = new Date('2026-11-23T02:12:07Z');
const before = (ms: number): Date => new Date(NOW.getTime() - ms);
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

describe('relativeTime', () => {
  it.each([
    [before(0), 'now'],
    [before(40_000), '40 s ago'],
    [before(3 * MIN + 59_000), '3 min ago'],
    [before(59 * MIN), '59 min ago'],
    [before(26 * HOUR), '26 h ago'],
    [before(3 * DAY), '3 d ago'],
    [before(90 * DAY), '2 mo ago'],
    [before(800 * DAY), '2 y ago'],
    [before(-5 * MIN), 'in 5 min'],
    [new Date('nonsense'), 'unknown'],
  ])('%s reads %s', (at, expected) => {
    expect(relativeTime(at, NOW)).toBe(expected);
  });

  it('never claims more time than has passed', () => {
    expect(relativeTime(before(2 * MIN - 1), NOW)).toBe('1 min ago');
  });
});

describe('exactTime', () => {
  it('gives the zone of the viewer and UTC', () => {
    expect(exactTime(NOW, 'Europe/Berlin')).toBe(
      '2026-11-23 03:12:07 Europe/Berlin · 2026-11-23 02:12:07 UTC',
    );
  });

  it('says UTC once to a viewer in UTC', () => {
    expect(exactTime(NOW, 'UTC')).toBe('2026-11-23 02:12:07 UTC');
  });
});

describe('durationText', () => {
  it.each([
    [0.25, '250 ms'],
    [4.9, '4 s'],
    [72, '1 min 12 s'],
    [3 * 3600 + 4 * 60 + 9, '3 h 4 min'],
    [12 * 86_400 + 3 * 3_600, '12 d 3 h'],
    [3_600, '1 h'],
  ])('%s seconds read %s', (seconds, expected) => {
    expect(durationText(seconds)).toBe(expected);
  });
});
