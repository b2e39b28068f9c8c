import { FatalError, RetryableError } from '@oopstream/ports';
import type { DeliveryStore } from '@oopstream/ports';
import type { MemoryDeliveryStore } from '@oopstream/ports/fakes';
import type { RunningService } from '@oopstream/runtime';
import { until } from '@oopstream/testkit';
import { DELIVERY_ID, alertJob, createAlertBench, outboxRow } from './alert-bench';
import { alertConfigSchema } from './config';
import type { AlertWorkerDeps } from './deps';
import { startAlertWorker } from './start-alert-worker';
import { sweepOnce } from './sweeper';

const MINUTE_MS = 60_000;
const running: RunningService[] = [];
const start = async (deps: AlertWorkerDeps) => {
  const worker = await startAlertWorker(deps);
  running.push(worker);
  return worker;
};
afterEach(() => Promise.all(running.splice(0).map((worker) => worker.stop())));

/** The bench's store with one method in place of its own. */
function withFindOverdue(
  store: MemoryDeliveryStore,
  findOverdue: DeliveryStore['findOverdue'],
): DeliveryStore {
  return Object.create(store, { findOverdue: { value: findOverdue } }) as MemoryDeliveryStore;
}

describe('alert worker', () => {
  it('delivers what is enqueued and is ready', async () => {
    const bench = await createAlertBench();
    const worker = await start(bench.deps);
    await bench.queue.enqueue([alertJob()]);
    await until(async () => (await bench.delivery()).state === 'delivered');
    expect(worker.health()).toMatchObject({
      ready: true,
      checks: { jobs: { ok: true }, sweeper: { ok: true } },
    });
  });

  it('delivers what nobody enqueued, or the queue lost, after the sweep age and not before', async () => {
    const bench = await createAlertBench();
    await start(bench.deps);
    bench.advance(MINUTE_MS - 1);
    expect(await sweepOnce(bench.deps)).toBe(0);
    bench.advance(1);
    await until(async () => (await bench.delivery()).state === 'delivered');
    expect(bench.counts.get('oopstream_deliveries_swept{}')).toBe(1);
  });

  it('sweeps a backlog larger than a batch in one go, each delivery once', async () => {
    const bench = await createAlertBench({ sweepBatch: 10, sweepIntervalMs: 3_600_000 });
    const ids = Array.from({ length: 35 }, (_, n) => `0192e4a0-0000-7000-8000-0000000001${n + 10}`);
    bench.deliveries.insert(ids.map((id) => outboxRow({ id })));
    bench.advance(MINUTE_MS);
    await start(bench.deps);
    await until(() => bench.sent.length === 36);
    expect(bench.sent.map(({ id }) => id).toSorted()).toEqual([DELIVERY_ID, ...ids].toSorted());
    expect(bench.counts.get('oopstream_deliveries_swept{}')).toBe(36);
  });

  it('delivers a replay at the next sweep', async () => {
    const bench = await createAlertBench();
    await start(bench.deps);
    await bench.deliveries.cancel(DELIVERY_ID, bench.nowMs());
    await bench.deliveries.reopen('default', DELIVERY_ID, bench.nowMs());
    await until(async () => (await bench.delivery()).state === 'delivered');
  });

  it('delivers a replay at once whose delivery waits in the queue for days, and once', async () => {
    const bench = await createAlertBench();
    await bench.queue.enqueue([{ ...alertJob(), delayMs: 3_600_000 }]);
    await bench.deliveries.markEnqueued([DELIVERY_ID], bench.nowMs());
    await start(bench.deps);
    await bench.deliveries.reopen('default', DELIVERY_ID, bench.nowMs());
    await until(async () => (await bench.delivery()).state === 'delivered');
    expect(bench.sent.map(({ id }) => id)).toEqual([DELIVERY_ID]);
  });

  it('is not ready while the sweeper cannot look, and recovers by itself', async () => {
    const bench = await createAlertBench();
    let away = true;
    const deliveries = withFindOverdue(bench.deliveries, (...args) =>
      away
        ? Promise.reject(new RetryableError('store-unavailable', 'connection refused'))
        : bench.deliveries.findOverdue(...args),
    );
    const worker = await start({ ...bench.deps, deliveries });
    await until(() => !worker.health().ready);
    expect(worker.health().checks['sweeper']).toEqual({
      ok: false,
      detail: 'store-unavailable: connection refused',
    });
    away = false;
    await until(() => worker.health().ready);
  });

  it('fails when looking again cannot help', async () => {
    const bench = await createAlertBench();
    const broken = new FatalError('store-query-failed', 'no such table');
    const worker = await start({
      ...bench.deps,
      deliveries: withFindOverdue(bench.deliveries, () => Promise.reject(broken)),
    });
    await expect(worker.failed).rejects.toBe(broken);
  });

  it('finishes the attempt under way when stopped, takes no other, and may be stopped twice', async () => {
    const bench = await createAlertBench({ concurrency: 1 });
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    let sending = false;
    const worker = await start({
      ...bench.deps,
      sender: {
        async send(request) {
          sending = true;
          await answered;
          return bench.deps.sender.send(request);
        },
        close: () => Promise.resolve(),
      },
    });
    const second = '0192e4a0-0000-7000-8000-000000000002';
    bench.deliveries.insert([outboxRow({ id: second })]);
    await bench.queue.enqueue([alertJob(), alertJob(second)]);
    await until(() => sending);
    const stopping = Promise.all([worker.stop(), worker.stop()]);
    answer();
    await stopping;
    expect((await bench.delivery()).state).toBe('delivered');
    expect((await bench.deliveries.load(second))?.delivery.state).toBe('open');
    expect(worker.health().ready).toBe(false);
  });
});

describe('alertConfigSchema', () => {
  it('has a default for every setting', () => {
    expect(alertConfigSchema.parse({})).toEqual({
      concurrency: 16,
      sweepIntervalMs: 10_000,
      sweepAgeMs: 60_000,
      sweepBatch: 500,
      maxRetryAfterMs: 86_400_000,
    });
  });
});
