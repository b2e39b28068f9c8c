import type { LogRecord } from '../event-log';
import type { Law, LawContext } from './event-log';
import { Recorder, record, topicSpec, valueText } from './event-log-harness';
import { until } from './until';

export function adminLaws(context: LawContext, law: Law): void {
  migrateLaws(context, law);
  positionLaws(context, law);
  seekLaws(context, law);
}

function migrateLaws({ bench }: LawContext, law: Law): void {
  law('migrates once: a second run changes nothing, a larger topic is raised', async () => {
    const { admin } = bench().log;
    const specs = [topicSpec(bench().name('a'), { partitions: 2 }), topicSpec(bench().name('b'))];
    const names = specs.map((spec) => spec.name);
    expect([...(await admin.migrate(specs)).created].sort()).toEqual([...names].sort());
    expect(await admin.migrate(specs)).toEqual({ created: [] });
    const [name = ''] = names;
    const raised = topicSpec(name, { partitions: 3, retentionMs: 2 * 86_400_000, maxRecordBytes: 200_000 });
    expect(await admin.migrate([raised])).toEqual({ created: [] });
    await until('there are three partitions', async () => {
      const positions = await admin.positions(name, bench().name('group'));
      return positions.length === 3;
    });
  });

  law('refuses to shrink a topic or to change its cleanup', async () => {
    const { admin } = bench().log;
    const name = await bench().topic(3);
    for (const spec of [
      topicSpec(name, { partitions: 2 }),
      topicSpec(name, { partitions: 3, cleanup: 'compact' }),
    ])
      await expect(admin.migrate([spec])).rejects.toMatchObject({
        reason: 'topic-mismatch',
        retryable: false,
      });
    expect(await admin.migrate([topicSpec(name, { partitions: 3 })])).toEqual({ created: [] });
  });
}

function positionLaws({ bench }: LawContext, law: Law): void {
  law('tells where each partition starts and ends and where a group is', async () => {
    const topic = await bench().topic(2);
    const group = bench().name('group');
    const { admin, writer } = bench().log;
    const blank = { topic, startOffset: 0, endOffset: 0, committedOffset: null };
    expect(await admin.positions(topic, group)).toEqual([
      { ...blank, partition: 0 },
      { ...blank, partition: 1 },
    ]);
    await writer.append(topic, [record('a', '1'), record('a', '2'), record('a', '3')]);
    const positions = await admin.positions(topic, group);
    expect(positions.map((position) => position.endOffset).sort()).toEqual([0, 3]);
    const seen = new Recorder();
    const subscription = await bench().subscribe({ group, topics: [topic], onBatch: seen.onBatch });
    await seen.reaches(3);
    await subscription.close();
    const used = (await admin.positions(topic, group)).find((position) => position.endOffset === 3);
    expect(used).toMatchObject({ startOffset: 0, committedOffset: 3 });
  });
}

function seekLaws({ bench }: LawContext, law: Law): void {
  const readOn = async (group: string, topic: string, count: number): Promise<readonly LogRecord[]> => {
    const seen = new Recorder();
    const subscription = await bench().subscribe({ group, topics: [topic], onBatch: seen.onBatch });
    await seen.reaches(count);
    await subscription.close();
    return seen.records;
  };

  law('replays from an offset, clamped to what is held', async () => {
    const topic = await bench().topic(1);
    const group = bench().name('group');
    const { admin, writer } = bench().log;
    await writer.append(
      topic,
      ['0', '1', '2', '3'].map((value) => record('a', value)),
    );
    await readOn(group, topic, 4);
    await admin.seek(group, topic, { offset: 2 });
    expect((await readOn(group, topic, 2)).map(valueText)).toEqual(['2', '3']);
    await admin.seek(group, topic, { offset: 999 });
    expect((await admin.positions(topic, group))[0]?.committedOffset).toBe(4);
    await admin.seek(group, topic, { offset: 0 });
    expect((await readOn(group, topic, 4)).map(valueText)).toEqual(['0', '1', '2', '3']);
  });

  law('replays from a time: the first record appended at or after it', async () => {
    const topic = await bench().topic(1);
    const group = bench().name('group');
    const { admin, writer } = bench().log;
    await writer.append(topic, [record('a', 'early')]);
    const [early] = await bench().readAll(topic, 1);
    const from = (early?.appendedAtMs ?? 0) + 1;
    await until('time has passed', () => Date.now() > from + 1);
    await writer.append(topic, [record('a', 'late'), record('a', 'later')]);
    await readOn(group, topic, 3);
    await admin.seek(group, topic, { timeMs: from });
    expect((await readOn(group, topic, 2)).map(valueText)).toEqual(['late', 'later']);
    await admin.seek(group, topic, { timeMs: 0 });
    expect((await readOn(group, topic, 3)).map(valueText)).toEqual(['early', 'late', 'later']);
    await admin.seek(group, topic, { timeMs: Date.now() + 3_600_000 });
    expect((await admin.positions(topic, group))[0]?.committedOffset).toBe(3);
  });

  law('sets a group that never read, and refuses one that has members', async () => {
    const topic = await bench().topic(1);
    const group = bench().name('group');
    const { admin, writer } = bench().log;
    await writer.append(topic, [record('a', '0'), record('a', '1')]);
    await admin.seek(group, topic, { offset: 1 });
    const seen = new Recorder();
    const subscription = await bench().subscribe({ group, topics: [topic], onBatch: seen.onBatch });
    await seen.reaches(1);
    expect(seen.records.map(valueText)).toEqual(['1']);
    await expect(admin.seek(group, topic, { offset: 0 })).rejects.toMatchObject({
      reason: 'group-active',
      retryable: false,
    });
    await subscription.close();
    await admin.seek(group, topic, { offset: 0 });
  });
}
