import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  context,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent } from '@oopstream/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    span: Span | null;
  }
}

/** Gives every request that some route takes a server span, which goes on with the trace of whoever asks. */
export function traceRequests(app: FastifyInstance): void {
  const tracer = trace.getTracer('oopstream-api');
  app.decorateRequest('span', null);
  app.addHook('onRequest', (request, _reply, done) => {
    const { url } = request.routeOptions;
    if (request.is404 || url === undefined) return done();
    const header = request.headers['traceparent'];
    const parent = parseTraceparent(typeof header === 'string' ? header : null);
    request.span = tracer.startSpan(
      `${request.method} ${url}`,
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': url } },
      parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent),
    );
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) request.span?.setStatus({ code: SpanStatusCode.ERROR });
    request.span?.end();
    done();
  });
}

/** Runs an endpoint within its request's span: hooks lose the context where a body is read. */
export function withinSpan<T>({ span }: FastifyRequest, work: () => T): T {
  return span === null ? work() : context.with(trace.setSpan(context.active(), span), work);
}

/** @returns the trace id to quote; `undefined` where nobody records. */
export function traceIdOf({ span }: FastifyRequest): string | undefined {
  const spanContext = span?.spanContext();
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

/** @returns `traceparent` of the request that is being answered; `null` where nobody records. */
export function currentTraceparent(): string | null {
  const span = trace.getActiveSpan();
  return span === undefined ? null : formatTraceparent(span.spanContext());
}
