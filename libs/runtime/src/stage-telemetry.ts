import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Link } from '@opentelemetry/api';
import type { BatchReport } from '@oopstream/pipeline';
import type { Metrics } from './metrics';
import { parseTraceparent } from './trace-context';

/** Links kept on one batch span: the sdk's own limit. */
const MAX_LINKS = 128;

interface TracedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts a finished batch: the `onBatch` of a stage runner. */
export function countBatch(metrics: Metrics, report: BatchReport): void {
  const { stage } = report;
  for (const [key, records] of report.byReason) {
    const [outcome = '', reason = 'none'] = key.split(/:(.*)/s);
    metrics.count('oopstream_stage_records', records, { stage, outcome, reason });
  }
  metrics.record('oopstream_stage_batch_seconds', report.durationMs / 1000, { stage });
}

/** Gives the `around` of a stage runner: one consumer span for a batch, linked to the traces of its records. */
export function traceBatch(
  stage: string,
): <T>(records: readonly TracedRecord[], work: () => Promise<T>) => Promise<T> {
  const tracer = trace.getTracer(`oopstream-${stage}`);
  return (records, work) => {
    const first = records[0];
    const attributes = {
      'messaging.operation.type': 'process',
      'messaging.destination.name': first?.topic ?? '',
      'messaging.destination.partition.id': String(first?.partition ?? ''),
      'messaging.batch.message_count': records.length,
      'oopstream.first_offset': first?.offset ?? 0,
    };
    const options = { kind: SpanKind.CONSUMER, links: linksOf(records), attributes, root: true };
    return tracer.startActiveSpan(`${stage} batch`, options, async (span) => {
      try {
        return await work();
      } catch (error) {
        span.recordException(error instanceof Error ? error : String(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  };
}

function linksOf(records: readonly TracedRecord[]): Link[] {
  const traceparents = new Set<string>();
  for (const record of records) {
    const traceparent = record.headers['traceparent'];
    if (traceparent !== undefined && traceparents.size < MAX_LINKS) traceparents.add(traceparent);
  }
  return [...traceparents].flatMap((traceparent) => {
    const context = parseTraceparent(traceparent);
    return context === null ? [] : [{ context }];
  });
}
