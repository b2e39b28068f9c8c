import { DEFAULT_LIFE_SETTINGS } from './life-settings';
import { obsoleteAfterMs } from './obsolescence';

const DAY_MS = 86_400_000;
const quietDays = (crashes: number, days: number, settings = DEFAULT_LIFE_SETTINGS): number =>
  obsoleteAfterMs({ crashes, firstSeenAtMs: 0, lastSeenAtMs: days * DAY_MS }, settings) / DAY_MS;

describe('the quiet time after which an incident is given up', () => {
  const unbound = { ...DEFAULT_LIFE_SETTINGS, obsoleteMinMs: 0, obsoleteMaxMs: 1e15 };
  it('is 13.8 days at a crash a day, as syzbot has it', () => {
    expect(quietDays(31, 30, unbound)).toBeCloseTo(13.8, 1);
  });

  it('is in proportion to the time between crashes', () => {
    expect(quietDays(31, 60, unbound)).toBeCloseTo(2 * quietDays(31, 30, unbound));
  });

  it.each([
    ['frequent ones wait the least time', 10_000, 30, 14],
    ['rare ones wait the most time', 11, 365, 100],
    ['few crashes have no rate', 9, 30, 80],
    ['a single crash has none either', 1, 0, 80],
    ['all at once is frequent', 50, 0, 14],
  ])('%s', (_, crashes, days, expected) => expect(quietDays(crashes, days)).toBe(expected));

  it('has a rate from as many crashes on as is set', () => {
    expect(quietDays(9, 30, { ...DEFAULT_LIFE_SETTINGS, obsoleteMinCrashes: 9 })).toBeCloseTo(51.8, 1);
  });
});
