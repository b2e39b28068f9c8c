import { DEFAULT_LIFE_SETTINGS } from '@oopstream/core-incident';
import { dedupConfigSchema } from './config';
import { lifeSettings } from './life-config';

describe('settings of incidents’ lives', () => {
  it('have the defaults that core has', () => {
    expect(lifeSettings(dedupConfigSchema.parse({}))).toEqual(DEFAULT_LIFE_SETTINGS);
  });

  it('each reach core', () => {
    const said = {
      ...{ trendNewDays: '1', trendRegressedDays: '2', obsoleteMinDays: '3', obsoleteMaxDays: '4' },
      ...{
        obsoleteFewDays: '5',
        obsoleteMinCrashes: '6',
        escalationHistoryDays: '7',
        escalationMinCrashes: '8',
      },
      ...{ escalationCalmHours: '9', escalationCheckMs: '10000', escalationSharePercent: '11' },
      ...{ escalationShareHours: '12', escalationShareMinHosts: '13', escalationShareMinFleet: '14' },
    };
    const day = 86_400_000;
    expect(lifeSettings(dedupConfigSchema.parse(said))).toEqual({
      ...{ newForMs: day, regressedForMs: 2 * day, obsoleteMinMs: 3 * day, obsoleteMaxMs: 4 * day },
      ...{
        obsoleteFewMs: 5 * day,
        obsoleteMinCrashes: 6,
        escalationHistoryMs: 7 * day,
        escalationMinCrashes: 8,
      },
      ...{ escalationCalmMs: (9 * day) / 24, escalationCheckMs: 10_000, shareLimit: 0.11 },
      ...{ shareWindowMs: day / 2, shareMinHosts: 13, shareMinFleet: 14 },
    });
  });

  it.each([
    { lifeSweepMs: '99' },
    { lifeSweepRows: '0' },
    { lifeLivingHours: '0' },
    { obsoleteMinDays: '0' },
    { escalationHistoryDays: '91' },
    { escalationSharePercent: '0' },
    { escalationSharePercent: '101' },
    { escalationCheckMs: '999' },
  ])('refuse %j', (settings) => expect(dedupConfigSchema.safeParse(settings).success).toBe(false));
});
