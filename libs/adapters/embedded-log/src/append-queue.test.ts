import { FatalError, RetryableError } from '@oopstream/ports';
import { AppendQueue } from './append-queue';
import type { PendingAppend } from './append-queue';
import type { AppendSlot, Topic } from './log-tables';

const topic: Topic = {
  id: 1,
  name: 'topic',
  partitions: 2,
  retentionMs: 1,
  cleanup: 'delete',
  maxRecordBytes: 1_000,
};

function pending(text: string, partition = 0): PendingAppend {
  const value = Buffer.from(text);
  const record = {
    key: Buffer.from('k'),
    headers: Buffer.from('{}'),
    value,
    encoding: 0,
    sizeBytes: value.length,
  } as const;
  return { topic, byPartition: new Map([[partition, [record]]]), count: 1, sizeBytes: value.length };
}

const textsOf = (slots: readonly AppendSlot[]) =>
  slots.map((slot) => slot.records.map((record) => Buffer.from(record.value).toString()).join(' '));

function queueOver(commit: (slots: readonly AppendSlot[]) => Promise<void>, limits = {}): AppendQueue {
  return new AppendQueue({ maxRecords: 100, maxBytes: 1_000, maxQueuedBytes: 10_000, commit, ...limits });
}

describe('AppendQueue', () => {
  it('commits one batch at a time and lets what arrives meanwhile share the next', async () => {
    const commits: string[][] = [];
    const gates: (() => void)[] = [];
    const queue = queueOver((slots) => {
      commits.push(textsOf(slots));
      return new Promise((resolve) => gates.push(resolve));
    });
    const first = queue.push(pending('a'));
    await Promise.resolve();
    const others = [queue.push(pending('b')), queue.push(pending('c', 1)), queue.push(pending('d'))];
    expect(commits).toEqual([['a']]);
    gates[0]?.();
    await first;
    await Promise.resolve();
    expect(commits).toEqual([['a'], ['b d', 'c']]);
    gates[1]?.();
    await Promise.all(others);
  });

  it('keeps a commit within its limits, but for a call that is larger by itself', async () => {
    const commits: string[][] = [];
    const commit = (slots: readonly AppendSlot[]) => Promise.resolve(void commits.push(textsOf(slots)));
    const queue = queueOver(commit, { maxRecords: 2, maxBytes: 4 });
    await Promise.all(['a', 'b', 'c', 'ddd', 'ee', 'ffffff', 'g'].map((text) => queue.push(pending(text))));
    expect(commits).toEqual([['a b'], ['c ddd'], ['ee'], ['ffffff'], ['g']]);
  });

  it('refuses more than it may hold, and takes more once that is committed', async () => {
    const queue = queueOver(() => Promise.resolve(), { maxQueuedBytes: 5 });
    const held = queue.push(pending('1234'));
    await expect(queue.push(pending('56'))).rejects.toMatchObject({
      reason: 'log-unavailable',
      retryable: true,
    });
    await held;
    await queue.drain();
    await queue.push(pending('56'));
  });

  it('fails only the call that PostgreSQL refuses for good', async () => {
    const refusal = new FatalError('log-query-failed', 'not this one');
    const queue = queueOver((slots) =>
      textsOf(slots).some((text) => text.includes('bad')) ? Promise.reject(refusal) : Promise.resolve(),
    );
    const calls = ['a', 'bad', 'b'].map((text) => queue.push(pending(text)));
    const results = await Promise.allSettled(calls);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(calls[1]).rejects.toBe(refusal);
  });

  it('fails every call of a commit that could not be confirmed, and goes on with the next', async () => {
    let tries = 0;
    const outage = new RetryableError('log-unavailable', 'gone');
    const queue = queueOver(() => (++tries === 1 ? Promise.reject(outage) : Promise.resolve()));
    const lost = await Promise.allSettled([queue.push(pending('a')), queue.push(pending('b'))]);
    expect(lost.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    await queue.push(pending('c'));
    expect(tries).toBe(2);
  });
});
