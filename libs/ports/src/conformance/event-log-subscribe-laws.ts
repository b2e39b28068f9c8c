import { FatalError, RetryableError } from '../errors';
import type { LogRecord } from '../event-log';
import { recordSizeBytes } from '../record-size';
import type { Law, LawContext } from './event-log';
import { Recorder, record, valueText } from './event-log-harness';
import { until } from './until';

export function subscribeLaws(context: LawContext, law: Law): void {
  batchLaws(context, law);
  failureLaws(context, law);
  closeLaws(context, law);
}

function batchLaws({ bench }: LawContext, law: Law): void {
  law('hands over batches of one partition within the limits, an oversize record alone', async () => {
    const topic = await bench().topic(2);
    const calls = Array.from({ length: 40 }, (_, index) =>
      bench().log.writer.append(topic, [
        record(`key-${index % 8}`, new Uint8Array(index === 17 ? 9_000 : 1_000)),
      ]),
    );
    await Promise.all(calls);
    const seen = new Recorder();
    await bench().subscribe({
      group: bench().name('group'),
      topics: [topic],
      maxBatchRecords: 5,
      maxBatchBytes: 4_000,
      onBatch: seen.onBatch,
    });
    await seen.reaches(40);
    for (const batch of seen.batches) {
      expect(new Set(batch.map((one) => one.partition)).size).toBe(1);
      expect(batch.map((one) => one.offset)).toEqual(
        batch.map((_, index) => (batch[0]?.offset ?? 0) + index),
      );
      expect(batch.length).toBeLessThanOrEqual(5);
      const bytes = batch.reduce((sum, one) => sum + recordSizeBytes(one), 0);
      expect(batch.length === 1 || bytes <= 4_000).toBe(true);
    }
    expect(seen.batches.some((batch) => batch.length > 1)).toBe(true);
    expect(seen.records.some((one) => one.value.byteLength === 9_000)).toBe(true);
  });

  law('goes on with what is appended while it runs, over several topics', async () => {
    const topics = [await bench().topic(1), await bench().topic(1)] as const;
    const seen = new Recorder();
    await bench().subscribe({ group: bench().name('group'), topics, onBatch: seen.onBatch });
    for (const step of [1, 2, 3]) {
      await bench().log.writer.append(topics[0], [record('a', `first-${step}`)]);
      await bench().log.writer.append(topics[1], [record('a', `second-${step}`)]);
      await seen.reaches(step * 2);
    }
    const of = (topic: string) => seen.records.filter((one) => one.topic === topic).map(valueText);
    expect(of(topics[0])).toEqual(['first-1', 'first-2', 'first-3']);
    expect(of(topics[1])).toEqual(['second-1', 'second-2', 'second-3']);
  });

  law('says in its health that it runs, what it holds and when it last made progress', async () => {
    const topic = await bench().topic(3);
    const seen = new Recorder();
    const subscription = await bench().subscribe({
      group: bench().name('group'),
      topics: [topic],
      onBatch: seen.onBatch,
    });
    await bench().log.writer.append(topic, [record('a', 'x')]);
    await seen.reaches(1);
    const health = await until('it runs', () => {
      const now = subscription.health();
      return now.state === 'running' && now.lastProgressAtMs !== null && now;
    });
    expect(health).toMatchObject({ assignedPartitions: 3, offsetResets: 0, lastError: null });
    await subscription.close();
    expect(subscription.health().state).toBe('closed');
    await expect(subscription.done).resolves.toBeUndefined();
  });
}

function failureLaws({ bench }: LawContext, law: Law): void {
  law('hands the same records over again after a RetryableError, and says so meanwhile', async () => {
    const topic = await bench().topic(1);
    await bench().log.writer.append(
      topic,
      ['1', '2', '3'].map((value) => record('a', value)),
    );
    const tries: (readonly LogRecord[])[] = [];
    const group = bench().name('group');
    const states: string[] = [];
    const subscription = await bench().subscribe({
      group,
      topics: [topic],
      onBatch: (records) => {
        tries.push(records);
        if (tries.length > 1) states.push(subscription.health().state);
        return tries.length < 4
          ? Promise.reject(new RetryableError('store-unavailable', 'not now', { retryAfterMs: 1 }))
          : Promise.resolve();
      },
    });
    await until('the batch is committed', async () => (await bench().committed(topic, group)) === 3);
    expect(tries.map((batch) => batch[0]?.offset)).toEqual([0, 0, 0, 0]);
    expect(tries[3]?.map(valueText)).toEqual(tries[0]?.map(valueText));
    expect(states).toEqual(['recovering', 'recovering', 'recovering']);
    await until('it runs again', () => subscription.health().state === 'running');
  });

  law('fails on any other error: done rejects with it, nothing is committed', async () => {
    const topic = await bench().topic(1);
    await bench().log.writer.append(topic, [record('a', 'x')]);
    const group = bench().name('group');
    const bug = new FatalError('a-bug', 'this will not do');
    const subscription = await bench().subscribe({
      group,
      topics: [topic],
      onBatch: () => Promise.reject(bug),
    });
    await expect(subscription.done).rejects.toBe(bug);
    expect(subscription.health()).toMatchObject({ state: 'failed', assignedPartitions: 0 });
    expect(subscription.health().lastError).toContain('this will not do');
    await subscription.close();
    expect(subscription.health().state).toBe('failed');
    expect(await bench().committed(topic, group)).toBe(0);
    const seen = new Recorder();
    await bench().subscribe({ group, topics: [topic], onBatch: seen.onBatch });
    await seen.reaches(1);
  });
}

function closeLaws({ bench }: LawContext, law: Law): void {
  law('lets the running batch finish when closed, commits it and takes no other', async () => {
    const topic = await bench().topic(1);
    await bench().log.writer.append(topic, [record('a', '1'), record('a', '2')]);
    const group = bench().name('group');
    const gate = Promise.withResolvers<undefined>();
    const batches: (readonly LogRecord[])[] = [];
    const subscription = await bench().subscribe({
      group,
      topics: [topic],
      maxBatchRecords: 1,
      onBatch: async (records) => {
        batches.push(records);
        await gate.promise;
      },
    });
    await until('a batch runs', () => batches.length === 1);
    const closed = subscription.close();
    expect(await Promise.race([closed.then(() => 'closed'), Promise.resolve('waits')])).toBe('waits');
    gate.resolve(undefined);
    await closed;
    expect(batches.length).toBe(1);
    expect(await bench().committed(topic, group)).toBe(1);
    await subscription.close();
  });

  law('does not retry a batch once it is closing', async () => {
    const topic = await bench().topic(1);
    await bench().log.writer.append(topic, [record('a', '1')]);
    const group = bench().name('group');
    let tries = 0;
    const subscription = await bench().subscribe({
      group,
      topics: [topic],
      onBatch: () => {
        tries += 1;
        return Promise.reject(new RetryableError('store-unavailable', 'not now', { retryAfterMs: 60_000 }));
      },
    });
    await until('it was tried', () => tries === 1);
    await subscription.close();
    await expect(subscription.done).resolves.toBeUndefined();
    expect(tries).toBe(1);
    expect(await bench().committed(topic, group)).toBe(0);
  });
}
