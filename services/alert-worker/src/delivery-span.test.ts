import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { TRACE_ID, alertJob, createAlertBench } from './alert-bench';
import { runDelivery } from './run-delivery';

describe('the span of an attempt', () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
  });
  afterAll(() => trace.disable());

  it('is a child in the trace of the transcript, and the webhook carries that span', async () => {
    const bench = await createAlertBench();
    bench.answerWith({ outcome: 'http-5xx', status: 503 });
    await runDelivery(bench.deps, alertJob().payload);
    const [span] = exporter.getFinishedSpans();
    expect(span!.spanContext().traceId).toBe(TRACE_ID);
    expect(span!.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(bench.sent[0]!.traceparent).toBe(`00-${TRACE_ID}-${span!.spanContext().spanId}-01`);
    expect(span!.attributes).toMatchObject({ 'oopstream.attempt': 1, 'oopstream.outcome': 'http-5xx' });
    expect(JSON.stringify(span!.attributes)).not.toContain('secret-path');
  });
});
