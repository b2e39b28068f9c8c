import { rateText, turnText } from './rate-text';

it('gives a rate with its interval', () => {
  expect(rateText({ value: 12.34, lower: 0, upper: 180.4 })).toBe('12 (0 to 180)');
  expect(rateText(null)).toBe('no host-days');
});

it('says where a bug came in, and how sure that is', () => {
  const turn = {
    branch: 'debian 6.1',
    firstBad: '6.1.0-21',
    lastGood: '6.1.0-18',
    lastGoodHostDays: 250,
    chanceOfNone: 0.1353,
    proven: false,
  };
  expect(turnText(turn)).toBe(
    'debian 6.1: first bad build 6.1.0-21, last good 6.1.0-18 (250 host-days without a crash, by chance in 14 % of cases; not enough to call it good).',
  );
  expect(turnText({ ...turn, proven: true, chanceOfNone: null })).toBe(
    'debian 6.1: first bad build 6.1.0-21, last good 6.1.0-18 (250 host-days without a crash).',
  );
  expect(turnText({ ...turn, lastGood: null })).toBe(
    'debian 6.1: first bad build 6.1.0-21; no build before it ran.',
  );
});
