import { createFakeClock, freshDatabase, until } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { noMetrics } from '@oopstream/runtime';
import { collect, openLog, record, spec } from './open-log';
import type { OpenLog } from './open-log';

describe('retention of the embedded log', () => {
  const counted: unknown[] = [];
  const clock = createFakeClock(Date.now());
  let database: FreshDatabase;
  let log: OpenLog;
  beforeAll(async () => {
    database = await freshDatabase();
    log = openLog(database.connectionString, {
      clock,
      metrics: { ...noMetrics, count: (name, value, labels) => counted.push([name, value, labels]) },
      config: { sweepRecords: 10 },
    });
    await log.admin.migrate([
      spec('old'),
      spec('young', { retentionMs: 10 * 60_000 }),
      spec('latest', { cleanup: 'compact' }),
    ]);
  });
  afterAll(async () => {
    await log.close();
    await database.drop();
  });

  it('deletes what is older than its topic keeps, in small steps, and counts a reader that missed it', async () => {
    const early = await collect(log, 'group', 'old');
    await log.writer.append('old', [record('k', 'read')]);
    await until(() => early.values.length === 1);
    await early.subscription.close();
    const values = Array.from({ length: 34 }, (_, index) => `old-${index}`);
    await log.writer.append(
      'old',
      values.map((value) => record('k', value)),
    );
    await log.writer.append('young', [record('k', 'young')]);
    expect(await log.sweep()).toEqual({ expired: 0, compacted: 0 });
    clock.advance(61_000);
    expect(await log.sweep()).toEqual({ expired: 35, compacted: 0 });
    expect(await log.admin.positions('old', 'group')).toMatchObject([
      { startOffset: 35, endOffset: 35, committedOffset: 1 },
    ]);
    expect(await log.admin.positions('young', 'group')).toMatchObject([{ startOffset: 0, endOffset: 1 }]);

    const late = await collect(log, 'group', 'old');
    await until(() => late.subscription.health().offsetResets === 1);
    await log.writer.append('old', [record('k', 'new')]);
    await until(() => late.values.length > 0);
    expect(late.values).toEqual(['new']);
    expect(counted).toEqual([['oopstream_log_offset_resets', 1, { group: 'group', topic: 'old' }]]);
    await late.subscription.close();
  });

  it('keeps the latest record of each key of a compacted topic, however often it sweeps', async () => {
    const rounds = [1, 2, 3];
    for (const round of rounds) {
      await log.writer.append(
        'latest',
        ['a', 'b', 'c', 'a', 'b'].flatMap((key, index) =>
          key === 'c' && round > 1 ? [] : [record(key, `${key}-${round}-${index}`)],
        ),
      );
      await log.sweep();
    }
    const all = await collect(log, 'compacted', 'latest');
    await until(() => all.values.length >= 3);
    expect(all.values).toEqual(['c-1-2', 'a-3-3', 'b-3-4']);
    await log.writer.append('latest', [record('a', 'a-4')]);
    await until(() => all.values.length === 4);
    expect(all.subscription.health()).toMatchObject({ state: 'running', offsetResets: 0 });
    await all.subscription.close();
    const { rows } = await log.pool.query(
      'SELECT count(*) AS left FROM oopstream_log.record WHERE topic_id = 3',
    );
    expect(rows).toEqual([{ left: 4 }]);
  });

  it('starts a seek by time at the right record also where compaction left gaps', async () => {
    await log.admin.seek('compacted', 'latest', { timeMs: 0 });
    const [position] = await log.admin.positions('latest', 'compacted');
    expect(position?.committedOffset).toBe(position?.startOffset);
  });
});
