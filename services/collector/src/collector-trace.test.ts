import { SpanKind, context, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { problemSchema } from '@oopstream/contracts';
import { createCollectorBench, post } from './collector-bench';
import type { CollectorBench } from './collector-bench';

const SENDER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = `00-${SENDER.traceId}-${SENDER.spanId}-01`;

describe('the trace of a POST', () => {
  const exporter = new InMemorySpanExporter();
  let bench: CollectorBench;

  beforeAll(() => {
    const spanProcessors = [new SimpleSpanProcessor({ exporter })];
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
  });
  beforeEach(() => {
    exporter.reset();
    bench = createCollectorBench();
  });
  afterEach(() => bench.stop());
  afterAll(() => {
    trace.disable();
    context.disable();
  });

  it('is one server span, which every record carries, and which continues the sender’s trace', async () => {
    await post(bench, { payload: 'Oops', headers: { traceparent } });
    const spans = exporter.getFinishedSpans();
    expect(spans).toHaveLength(1);
    const [span] = spans;
    expect(span).toMatchObject({
      name: 'POST /v1/transcripts',
      kind: SpanKind.SERVER,
      attributes: { 'http.route': '/v1/transcripts', 'http.response.status_code': 202 },
    });
    expect(span!.parentSpanContext).toMatchObject(SENDER);
    const { traceId, spanId } = span!.spanContext();
    expect(traceId).toBe(SENDER.traceId);
    expect(bench.records()[0]!.receipt.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  });

  it.each([[{}], [{ traceparent: 'junk' }]])(
    'begins anew for a sender without a trace (%j)',
    async (headers) => {
      await post(bench, { payload: 'Oops', headers });
      const [span] = exporter.getFinishedSpans();
      expect(span!.parentSpanContext).toBeUndefined();
      expect(bench.records()[0]!.receipt.traceparent).toContain(span!.spanContext().traceId);
    },
  );

  it('says why a POST was refused, and the refusal says which trace to quote', async () => {
    const { body } = await post(bench, { payload: 'Oops', query: '' });
    const [span] = exporter.getFinishedSpans();
    expect(span!.attributes).toMatchObject({
      'error.type': 'host-missing',
      'http.response.status_code': 400,
    });
    expect(problemSchema.parse(body).traceId).toBe(span!.spanContext().traceId);
  });
});
