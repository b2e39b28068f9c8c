import { RetryableError } from '@oopstream/ports';
import type { WebhookResult } from '@oopstream/ports';
import { DELIVERY_ID, ENDPOINT_ID, TRACE_ID, alertJob, createAlertBench, outboxRow } from './alert-bench';
import type { AlertBench } from './alert-bench';
import { RETRY_DELAYS_MS } from './retry-schedule';
import { runDelivery } from './run-delivery';

const DONE = { done: true };
const DOWN: Partial<WebhookResult> = { outcome: 'http-5xx', status: 503, detail: 'down' };
const run = (bench: AlertBench, replays = 0) =>
  runDelivery(bench.deps, alertJob(DELIVERY_ID, replays).payload);

describe('a run of a delivery', () => {
  it('sends the stored body under the stored id, records the attempt and closes', async () => {
    const bench = await createAlertBench();
    const startedAtMs = bench.nowMs();
    expect(await run(bench)).toEqual(DONE);
    expect(bench.sent).toEqual([
      expect.objectContaining({
        id: DELIVERY_ID,
        url: 'https://hooks.example/secret-path',
        body: '{"type":"incident.opened"}',
        secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
        timestampMs: startedAtMs,
      }),
    ]);
    expect(bench.sent[0]!.traceparent).toContain(TRACE_ID);
    expect(await bench.delivery()).toMatchObject({
      state: 'delivered',
      closedAtMs: startedAtMs + 100,
      attempts: [
        { number: 1, startedAtMs, durationMs: 100, status: 200, outcome: 'delivered', detail: 'ok' },
      ],
    });
    expect(bench.counts.get('oopstream_delivery_attempts{delivered}')).toBe(1);
  });

  it('goes through the whole schedule, each attempt with a fresh timestamp, then has failed', async () => {
    const bench = await createAlertBench();
    bench.answerWith(DOWN);
    for (const delayMs of RETRY_DELAYS_MS) {
      expect(await run(bench)).toEqual({ retryAfterMs: delayMs });
      expect(await bench.delivery()).toMatchObject({
        state: 'open',
        nextAttemptAtMs: bench.nowMs() + delayMs,
      });
      bench.advance(delayMs);
    }
    expect(await run(bench)).toEqual(DONE);
    const { state, attempts } = await bench.delivery();
    expect(state).toBe('failed');
    expect(attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(bench.sent.map(({ timestampMs }) => timestampMs)).size).toBe(10);
    expect(new Set(bench.sent.map(({ id }) => id))).toEqual(new Set([DELIVERY_ID]));
  });

  it.each(['http-3xx', 'http-4xx', 'http-429', 'timeout', 'dns-failed', 'address-forbidden'] as const)(
    'tries again after %s',
    async (outcome) => {
      const bench = await createAlertBench();
      bench.answerWith({ outcome, status: null });
      expect(await run(bench)).toEqual({ retryAfterMs: 5_000 });
      expect(bench.counts.get(`oopstream_delivery_attempts{${outcome}}`)).toBe(1);
    },
  );

  it('comes back no sooner than Retry-After asks, up to the limit', async () => {
    const bench = await createAlertBench({ maxRetryAfterMs: 3_600_000 });
    bench.answerWith(
      { ...DOWN, retryAfterMs: 60_000 },
      { ...DOWN, retryAfterMs: 1_000 },
      { ...DOWN, retryAfterMs: 9e9 },
    );
    expect(await run(bench)).toEqual({ retryAfterMs: 60_000 });
    bench.advance(60_000);
    expect(await run(bench)).toEqual({ retryAfterMs: 300_000 });
    bench.advance(300_000);
    expect(await run(bench)).toEqual({ retryAfterMs: 3_600_000 });
  });

  it.each(['url-invalid', 'secret-invalid', 'body-too-large'] as const)(
    'gives up at once on %s, which no attempt can heal',
    async (outcome) => {
      const bench = await createAlertBench();
      bench.answerWith({ outcome, status: null });
      expect(await run(bench)).toEqual(DONE);
      expect((await bench.delivery()).state).toBe('failed');
    },
  );

  it('switches the endpoint off on 410 and cancels what else was meant for it', async () => {
    const bench = await createAlertBench();
    const other = '0192e4a0-0000-7000-8000-000000000002';
    bench.deliveries.insert([outboxRow({ id: other })]);
    bench.answerWith({ outcome: 'http-410', status: 410 });
    expect(await run(bench)).toEqual(DONE);
    expect((await bench.delivery()).state).toBe('failed');
    expect((await bench.deliveries.load(other))?.delivery.state).toBe('cancelled');
    const [endpoint] = await bench.deliveries.listEndpoints('default');
    expect(endpoint).toMatchObject({ enabled: false, disabledReason: 'gone' });
  });

  it('does nothing for a delivery that is closed, and cancels one whose endpoint is off', async () => {
    const bench = await createAlertBench();
    await run(bench);
    expect(await run(bench)).toEqual(DONE);
    expect(bench.sent).toHaveLength(1);
    const late = '0192e4a0-0000-7000-8000-000000000003';
    await bench.deliveries.disableEndpoint(ENDPOINT_ID, 'manual', bench.nowMs());
    bench.deliveries.insert([outboxRow({ id: late })]);
    expect(await runDelivery(bench.deps, alertJob(late).payload)).toEqual(DONE);
    expect((await bench.deliveries.load(late))?.delivery.state).toBe('cancelled');
    expect(bench.sent).toHaveLength(1);
  });

  it('waits when it comes before its time, as after a crash between recording and rescheduling', async () => {
    const bench = await createAlertBench();
    bench.answerWith(DOWN);
    await run(bench);
    bench.advance(2_000);
    expect(await run(bench)).toEqual({ retryAfterMs: 3_000 });
    expect(bench.sent).toHaveLength(1);
  });

  it('is dropped when it names no delivery or is malformed', async () => {
    const bench = await createAlertBench();
    expect(await runDelivery(bench.deps, alertJob('no-such').payload)).toEqual(DONE);
    expect(await runDelivery(bench.deps, { version: 2 })).toEqual(DONE);
    expect(await runDelivery(bench.deps, undefined)).toEqual(DONE);
    expect(bench.sent).toEqual([]);
  });
});

describe('runs that overlap or break off', () => {
  it('record one attempt under one number when two send at once', async () => {
    const bench = await createAlertBench();
    bench.answerWith({ outcome: 'timeout', status: null }, {});
    await Promise.all([run(bench), run(bench)]);
    expect(bench.sent).toHaveLength(2);
    expect(new Set(bench.sent.map(({ id }) => id)).size).toBe(1);
    expect((await bench.delivery()).attempts.map(({ number }) => number)).toEqual([1]);
  });

  it('repeat an attempt that went out unrecorded: same id, same number, one record', async () => {
    const bench = await createAlertBench();
    const lost = new RetryableError('store-unavailable', 'gone in the middle');
    const deliveries = Object.create(bench.deliveries, {
      recordAttempt: { value: () => Promise.reject(lost) },
    }) as typeof bench.deliveries;
    await expect(runDelivery({ ...bench.deps, deliveries }, alertJob().payload)).rejects.toBe(lost);
    expect(await run(bench)).toEqual(DONE);
    expect(bench.sent.map(({ id }) => id)).toEqual([DELIVERY_ID, DELIVERY_ID]);
    expect((await bench.delivery()).attempts.map(({ number }) => number)).toEqual([1]);
  });

  it('make one attempt of a replay that is past the schedule, and close again', async () => {
    const bench = await createAlertBench();
    bench.answerWith(DOWN);
    for (const delayMs of [...RETRY_DELAYS_MS, 0]) {
      await run(bench);
      bench.advance(delayMs);
    }
    await bench.deliveries.reopen('default', DELIVERY_ID, bench.nowMs());
    expect(await run(bench, 1)).toEqual(DONE);
    expect(bench.sent).toHaveLength(11);
    expect(await bench.delivery()).toMatchObject({ state: 'failed', attempts: { length: 11 } });
  });

  it('leave a delivery to the job of its replay, also where they wait for the next attempt', async () => {
    const bench = await createAlertBench();
    bench.answerWith(DOWN);
    await run(bench);
    await bench.deliveries.reopen('default', DELIVERY_ID, bench.nowMs());
    expect(await run(bench)).toEqual(DONE);
    expect(bench.sent).toHaveLength(1);
    expect(await run(bench, 1)).toEqual({ retryAfterMs: RETRY_DELAYS_MS[1] });
    expect(bench.sent.map(({ id }) => id)).toEqual([DELIVERY_ID, DELIVERY_ID]);
  });
});
