import { RetryableError } from '@oopstream/ports';
import type { BatchContext, LogRecord } from '@oopstream/ports';
import { until } from '@oopstream/testkit';
import { Lanes } from './lanes';

const NO_RECORDS: readonly LogRecord[] = [];

function setUp() {
  let nowMs = 0;
  const lanes = new Lanes({ nowMs: () => nowMs }, 500);
  const stop = new AbortController();
  let heartbeats = 0;
  const context: BatchContext = {
    signal: stop.signal,
    heartbeat: () => {
      heartbeats += 1;
      return Promise.resolve();
    },
  };
  /** A batch that goes on until it is told. */
  const begin = (lane: 'first' | 'bulk') => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const batch = { isBegun: false, end: () => resolve(undefined), done: Promise.resolve() };
    const run = lanes[lane](async () => {
      batch.isBegun = true;
      await promise;
    });
    batch.done = run(NO_RECORDS, context);
    return batch;
  };
  const looks = async (count: number) => {
    const from = heartbeats;
    await until(() => heartbeats >= from + count);
  };
  return { begin, looks, stop, pass: (ms: number) => (nowMs += ms) };
}

describe('lanes', () => {
  it('lets bulk begin when nothing else is under way, and others at once whatever is', async () => {
    const { begin, looks } = setUp();
    const first = begin('first');
    const bulk = begin('bulk');
    const next = begin('first');
    await looks(2);
    expect([first, bulk, next].map((one) => one.isBegun)).toEqual([true, false, true]);
    first.end();
    next.end();
    await until(() => bulk.isBegun);
    const late = begin('first');
    expect(late.isBegun).toBe(true);
    for (const one of [bulk, late]) one.end();
    await Promise.all([first, bulk, next, late].map((one) => one.done));
  });

  it('does not let others stop bulk for good', async () => {
    const { begin, looks, pass } = setUp();
    const first = begin('first');
    const bulk = begin('bulk');
    pass(499);
    await looks(2);
    expect(bulk.isBegun).toBe(false);
    pass(1);
    await until(() => bulk.isBegun);
    for (const one of [first, bulk]) one.end();
    await Promise.all([first.done, bulk.done]);
  });

  it('takes one batch of bulk at a time', async () => {
    const { begin, looks, pass } = setUp();
    const one = begin('bulk');
    const two = begin('bulk');
    pass(10_000);
    await looks(2);
    expect([one.isBegun, two.isBegun]).toEqual([true, false]);
    one.end();
    await until(() => two.isBegun);
    two.end();
    await Promise.all([one.done, two.done]);
  });

  it('stops waiting for a partition that is lost', async () => {
    const { begin, stop } = setUp();
    const first = begin('first');
    const bulk = begin('bulk');
    stop.abort();
    await expect(bulk.done).rejects.toThrow(RetryableError);
    expect(bulk.isBegun).toBe(false);
    first.end();
    await first.done;
  });
});
