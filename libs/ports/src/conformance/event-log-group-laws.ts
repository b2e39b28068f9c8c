import type { LogRecord } from '../event-log';
import type { Law, LawContext } from './event-log';
import { Recorder, record, valueText } from './event-log-harness';
import { until } from './until';

export function groupLaws({ bench, another }: LawContext, law: Law): void {
  law('resumes after what was committed, also in another process', async () => {
    const topic = await bench().topic(2);
    const group = bench().name('group');
    const append = (values: readonly string[]) =>
      bench().log.writer.append(
        topic,
        values.map((value) => record(value, value)),
      );
    await append(['a', 'b', 'c', 'd']);
    const before = new Recorder();
    const first = await bench().subscribe({ group, topics: [topic], onBatch: before.onBatch });
    await before.reaches(4);
    await first.close();
    await append(['e', 'f', 'g', 'h']);
    const after = new Recorder();
    await bench().subscribe({ group, topics: [topic], onBatch: after.onBatch }, (await another()).reader);
    await after.reaches(4);
    expect(after.records.map(valueText).sort()).toEqual(['e', 'f', 'g', 'h']);
  });

  law('keeps groups apart', async () => {
    const topic = await bench().topic(2);
    const readers = [new Recorder(), new Recorder()] as const;
    for (const seen of readers)
      await bench().subscribe({ group: bench().name('group'), topics: [topic], onBatch: seen.onBatch });
    await bench().log.writer.append(
      topic,
      ['a', 'b', 'c'].map((value) => record(value, value)),
    );
    for (const seen of readers) {
      await seen.reaches(3);
      expect(seen.records.map(valueText).sort()).toEqual(['a', 'b', 'c']);
    }
  });

  law('shares partitions among members without overlap; the others take over when one leaves', async () => {
    const topic = await bench().topic(4);
    const group = bench().name('group');
    const seen = [new Recorder(), new Recorder()] as const;
    const join = async (index: 0 | 1) =>
      bench().subscribe({ group, topics: [topic], onBatch: seen[index].onBatch }, (await another()).reader);
    const [one, two] = [await join(0), await join(1)];
    await until('both hold two partitions', () =>
      [one, two].every((member) => {
        const { state, assignedPartitions } = member.health();
        return state === 'running' && assignedPartitions === 2;
      }),
    );
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    const appendAll = () =>
      Promise.all(keys.map((key) => bench().log.writer.append(topic, [record(key, key)])));
    const total = () => seen[0].records.length + seen[1].records.length;
    await appendAll();
    await until('all came', () => total() >= 40, { deadlineMs: 30_000 });
    const partitions = seen.map((member) => new Set(member.records.map((taken) => taken.partition)));
    expect([...(partitions[0] ?? [])].filter((partition) => partitions[1]?.has(partition))).toEqual([]);
    expect(total()).toBe(40);
    await one.close();
    await until('the other holds all', () => two.health().assignedPartitions === 4);
    await appendAll();
    await until('all came again', () => total() >= 80, { deadlineMs: 30_000 });
    expect(total()).toBe(80);
  });

  law(
    'never runs two batches of a partition at once, nor out of order, while members come and go',
    async () => {
      const topic = await bench().topic(2);
      const group = bench().name('group');
      const running = new Set<number>();
      const overlaps: number[] = [];
      const taken: LogRecord[] = [];
      const onBatch = async (records: readonly LogRecord[], beat: { heartbeat(): Promise<void> }) => {
        const partition = records[0]?.partition ?? -1;
        if (running.has(partition)) overlaps.push(partition);
        running.add(partition);
        await beat.heartbeat().catch(() => undefined);
        await new Promise(setImmediate);
        taken.push(...records);
        running.delete(partition);
      };
      const first = await bench().subscribe({ group, topics: [topic], maxBatchRecords: 3, onBatch });
      const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`);
      const append = (round: number) =>
        bench().log.writer.append(
          topic,
          keys.map((key) => record(key, `${round}`)),
        );
      for (let round = 0; round < 10; round += 1) await append(round);
      await bench().subscribe(
        { group, topics: [topic], maxBatchRecords: 3, onBatch },
        (await another()).reader,
      );
      for (let round = 10; round < 20; round += 1) await append(round);
      await first.close();
      const distinct = () => new Set(taken.map((one) => `${one.partition}/${one.offset}`)).size;
      await until('all came', () => distinct() === 200, { deadlineMs: 30_000 });
      expect(overlaps).toEqual([]);
      for (const partition of [0, 1]) {
        const own = taken.filter((one) => one.partition === partition).map((one) => one.offset);
        const firstSeen = own.filter((offset, index) => own.indexOf(offset) === index);
        expect(firstSeen).toEqual(firstSeen.map((_, index) => index));
      }
    },
  );
}
