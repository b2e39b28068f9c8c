import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { WebhookResult } from '@oopstream/ports';
import { formatTraceparent, parseTraceparent } from '@oopstream/runtime';

/**
 * Puts an attempt into a span whose parent is the transcript's trace, and hands that span on as `traceparent`: the
 * receiver continues the trace of what it is told about.
 */
export function inDeliverySpan(
  about: {
    readonly id: string;
    readonly attempt: number;
    readonly url: string;
    readonly parent: string | null;
  },
  send: (traceparent: string | null) => Promise<WebhookResult>,
): Promise<WebhookResult> {
  const parent = parseTraceparent(about.parent);
  const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const options = {
    kind: SpanKind.CLIENT,
    attributes: {
      'http.request.method': 'POST',
      'server.address': hostOf(about.url),
      'oopstream.delivery_id': about.id,
      'oopstream.attempt': about.attempt,
    },
  };
  const tracer = trace.getTracer('oopstream-alert-worker');
  return tracer.startActiveSpan('alert-worker deliver', options, context, async (span) => {
    try {
      const result = await send(formatTraceparent(span.spanContext()));
      if (result.status !== null) span.setAttribute('http.response.status_code', result.status);
      span.setAttribute('oopstream.outcome', result.outcome);
      if (result.outcome !== 'delivered')
        span.setStatus({ code: SpanStatusCode.ERROR, message: result.outcome });
      return result;
    } finally {
      span.end();
    }
  });
}

/** Paths and queries of webhooks hold keys: only the host goes into telemetry. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
