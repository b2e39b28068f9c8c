import type { LogRecord } from '@oopstream/ports';
import { freshDatabase, until } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { createGroupTables } from '../src/group-tables';
import { collect, openLog, record, spec } from './open-log';
import type { OpenLog, OpenLogOptions } from './open-log';

const BRISK = { heartbeatMs: 50, sessionTimeoutMs: 400, pollMs: 60_000 };

describe('groups of the embedded log', () => {
  let database: FreshDatabase;
  const open: OpenLog[] = [];
  const another = (config: OpenLogOptions['config'] = BRISK): OpenLog => {
    const log = openLog(database.connectionString, { config });
    open.push(log);
    return log;
  };
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterEach(() => Promise.all(open.splice(0).map((log) => log.close())));
  afterAll(() => database.drop());

  it('hears of records and members of other processes without polling', async () => {
    const [reader, writer] = [
      another({ ...BRISK, heartbeatMs: 60_000, sessionTimeoutMs: 90_000 }),
      another(),
    ];
    await writer.admin.migrate([spec('told', { partitions: 2 })]);
    const seen = await collect(reader, 'group', 'told');
    await until(() => seen.subscription.health().assignedPartitions === 2);
    await writer.writer.append('told', [record('k', 'one')]);
    await until(() => seen.values.length === 1, { timeoutMs: 3_000 });
    const second = await collect(writer, 'group', 'told');
    await until(() => second.subscription.health().assignedPartitions === 1, { timeoutMs: 3_000 });
  });

  it('gives the partition of a member that was cut off to another, and lets it commit nothing more', async () => {
    const [zombie, heir] = [another(), another()];
    await heir.admin.migrate([spec('fenced')]);
    await heir.writer.append('fenced', [record('k', 'one'), record('k', 'two')]);
    const gate = Promise.withResolvers<undefined>();
    const held: { records: readonly LogRecord[]; signal: AbortSignal }[] = [];
    const first = await collect(zombie, 'group', 'fenced', {
      onBatch: async (records, { signal }) => {
        held.push({ records, signal });
        await gate.promise;
      },
    });
    await until(() => held.length === 1);
    zombie.cutOff();
    const second = await collect(heir, 'group', 'fenced', { maxBatchRecords: 1 });
    await until(() => second.values.length === 2);
    expect(second.values).toEqual(['one', 'two']);
    expect(held[0]?.signal.aborted).toBe(true);
    expect(first.subscription.health()).toMatchObject({ state: 'recovering', assignedPartitions: 0 });
    gate.resolve(undefined);
    await heir.writer.append('fenced', [record('k', 'three')]);
    await until(() => second.values.length === 3);
    expect(await heir.admin.positions('fenced', 'group')).toMatchObject([{ committedOffset: 3 }]);
  });

  it('refuses a commit with the epoch of an earlier owner, also by the same member', async () => {
    const log = another();
    await log.admin.migrate([spec('epochs')]);
    await log.writer.append('epochs', [record('k', 'one'), record('k', 'two')]);
    const topicId = (
      await log.pool.query<{ id: number }>(
        "SELECT topic_id AS id FROM oopstream_log.topic WHERE name = 'epochs'",
      )
    ).rows[0]!.id;
    const group = createGroupTables(log.pool, 'epochs');
    const [old, young] = [crypto.randomUUID(), crypto.randomUUID()];
    const wanted = [{ topicId, partition: 0 }];
    await group.beat(old, [topicId], 60_000);
    const [before] = await group.claim(old, wanted);
    await group.beat(young, [topicId], 60_000);
    expect(await group.claim(young, wanted)).toEqual([]);
    await group.release(old, wanted);
    const [after] = await group.claim(young, wanted);
    expect(after!.epoch).toBeGreaterThan(before!.epoch);
    expect(await group.commit(old, before!, 2)).toBeNull();
    expect(await group.commit(young, before!, 2)).toBeNull();
    expect(await group.commit(young, after!, 1)).toBe(2);
    expect(await log.admin.positions('epochs', 'epochs')).toMatchObject([{ committedOffset: 1 }]);
  });

  it('takes a partition away from a batch that makes no progress, not from one that says it does', async () => {
    const [stuck, heir] = [
      another({ ...BRISK, stallTimeoutMs: 300 }),
      another({ ...BRISK, stallTimeoutMs: 300 }),
    ];
    await heir.admin.migrate([spec('stalled')]);
    await heir.writer.append('stalled', [record('k', 'one')]);
    const gate = Promise.withResolvers<undefined>();
    let beatUntilMs = 0;
    let handed = 0;
    const first = await collect(stuck, 'group', 'stalled', {
      onBatch: async (_records, context) => {
        handed += 1;
        beatUntilMs = performance.now() + 900;
        await until(async () => {
          await context.heartbeat();
          return performance.now() > beatUntilMs;
        });
        await gate.promise;
      },
    });
    await until(() => handed === 1);
    const second = await collect(heir, 'group', 'stalled');
    await until(() => first.subscription.health().state === 'recovering', { timeoutMs: 4_000 });
    expect(first.subscription.health().lastError).toContain('no progress');
    await until(() => second.values.length === 1, { timeoutMs: 4_000 }).finally(() =>
      gate.resolve(undefined),
    );
    expect(performance.now()).toBeGreaterThan(beatUntilMs);
    await until(() => first.subscription.health().state === 'running');
    expect(handed).toBe(1);
  });

  it('works on as many partitions at a time as it is set to', async () => {
    const log = another({ ...BRISK, concurrentPartitions: 2 });
    await log.admin.migrate([spec('lanes', { partitions: 8 })]);
    await log.writer.append(
      'lanes',
      Array.from({ length: 80 }, (_, index) => record(`key-${index}`, 'value')),
    );
    let running = 0;
    let most = 0;
    let seen = 0;
    const two = Promise.withResolvers<undefined>();
    const { subscription } = await collect(log, 'group', 'lanes', {
      maxBatchRecords: 1,
      onBatch: async (records) => {
        most = Math.max(most, ++running);
        if (running === 2) two.resolve(undefined);
        await two.promise;
        running -= 1;
        seen += records.length;
      },
    });
    await until(() => seen === 80);
    expect(most).toBe(2);
    await subscription.close();
  });

  it('aborts a batch that outlasts the closing of its subscription', async () => {
    const log = another({ ...BRISK, closeTimeoutMs: 50 });
    await log.admin.migrate([spec('closing')]);
    await log.writer.append('closing', [record('k', 'one')]);
    const aborted = Promise.withResolvers<undefined>();
    const running = Promise.withResolvers<undefined>();
    const { subscription } = await collect(log, 'group', 'closing', {
      onBatch: async (_records, { signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(undefined));
        running.resolve(undefined);
        await aborted.promise;
      },
    });
    await running.promise;
    await subscription.close();
    expect(await log.admin.positions('closing', 'group')).toMatchObject([{ committedOffset: null }]);
  });
});
