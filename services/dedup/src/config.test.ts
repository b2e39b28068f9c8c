import { dedupConfigSchema, retentionMs } from './config';

describe('dedupConfigSchema', () => {
  it('has a default for every setting', () => {
    expect(dedupConfigSchema.parse({})).toMatchObject({
      maxBatchRecords: 500,
      maxBatchBytes: 8_000_000,
      retentionDays: 400,
      retentionSweepMs: 3_600_000,
      retentionBatchRows: 1_000,
      bodyGraceMs: 86_400_000,
      crashMatchDays: 30,
      crashMatchBootDays: 60,
      crashMatchCandidates: 50,
      crashMatchTimeless: true,
      stormTranscripts: 200,
      stormWindowMs: 60_000,
      stormNewestKept: 20,
      stormClassesKept: 100,
      rebootWindowMs: 3_600_000,
      rebootSlackMs: 300_000,
      rebootSweepMs: 30_000,
      rebootSweepRows: 500,
      ledgerPatrolMs: 300_000,
      ledgerRecentHours: 2,
      ledgerRoundHours: 24,
      relayIntervalMs: 1_000,
      relayBatchRows: 200,
      stallAfterMs: 60_000,
      consoleUrl: 'http://127.0.0.1:8080',
    });
  });

  it('takes settings as text, and the console with or without a slash', () => {
    const config = dedupConfigSchema.parse({
      retentionDays: '30',
      consoleUrl: 'https://oops.example/console/',
    });
    expect(config.consoleUrl).toBe('https://oops.example/console');
    expect(retentionMs(config)).toBe(30 * 86_400_000);
  });

  it.each([
    { maxBatchRecords: '0' },
    { retentionDays: '-1' },
    { crashMatchDays: '0' },
    { crashMatchCandidates: '1001' },
    { crashMatchBootDays: '401' },
    { retentionSweepMs: '99' },
    { retentionSweepMs: '86400001' },
    { retentionBatchRows: '0' },
    { relayBatchRows: 'many' },
    { rebootWindowMs: '59999' },
    { rebootSlackMs: '-1' },
    { rebootSweepMs: '99' },
    { rebootSweepRows: '0' },
    { ledgerPatrolMs: '99' },
    { ledgerRecentHours: '169' },
    { ledgerRoundHours: '0' },
    { stormTranscripts: '0' },
    { stormWindowMs: '999' },
    { stormNewestKept: '1001' },
    { stormClassesKept: '0' },
    { bodyGraceMs: '-1' },
    { consoleUrl: 'nowhere' },
  ])('refuses %j', (settings) => expect(dedupConfigSchema.safeParse(settings).success).toBe(false));
});
