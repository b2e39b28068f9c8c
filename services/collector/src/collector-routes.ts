import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { PROBLEMS, problem } from '@oopstream/contracts';
import type { Accepted, ProblemSlug } from '@oopstream/contracts';
import { formatTraceparent, parseTraceparent } from '@oopstream/runtime';
import type { Metrics } from '@oopstream/runtime';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { CollectorDeps } from './deps';
import { createIntake } from './intake';
import type { Intake } from './intake';
import { Refusal } from './refusal';
import { drainBody } from './request-body';

const PATH = '/v1/transcripts';
const OTHER_METHODS = ['GET', 'PUT', 'PATCH', 'DELETE'] as const;
export const PROBLEM_TYPE = 'application/problem+json';

export interface CollectorRouteOptions {
  /** True from the moment that no new POST is taken. Default: never. */
  readonly isDraining?: () => boolean;
}

/**
 * `POST /v1/transcripts` as a Fastify plugin. It answers 202 only once every text of the POST is durable in the event
 * log; everything else is a problem (RFC 9457) with a reason slug, counted under the same slug. When the log is away the
 * collector refuses (503 with Retry-After) and keeps nothing: senders have the text on disk and try again.
 *
 * It reads bodies itself: register it in a scope of its own, without content type parsers from outside.
 */
export function collectorRoutes(
  deps: CollectorDeps,
  { isDraining = () => false }: CollectorRouteOptions = {},
): FastifyPluginCallback {
  const intake = createIntake(deps);
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const startedAtMs = performance.now();
    const { result, traceId } = isDraining()
      ? { result: new Refusal('draining') }
      : await tracePost(deps, intake, request);
    count(deps, result, (performance.now() - startedAtMs) / 1000);
    if (!(result instanceof Refusal)) return reply.code(202).send(result);
    drainBody(request.raw, reply.raw, deps.config);
    return sendRefusal(reply, result, deps.config.retryAfterMs, traceId);
  };
  return (app, _options, ready) => {
    app.removeAllContentTypeParsers();
    // The intake reads the socket: nothing is read for whom it refuses by the headers.
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.setErrorHandler((error, _request, reply) => {
      const slug = slugOf(error);
      if (slug === 'internal') deps.logger.error({ err: error }, 'a request failed before its route');
      countRefusal(deps.metrics, slug);
      return sendRefusal(reply, new Refusal(slug), deps.config.retryAfterMs);
    });
    app.post(PATH, answer);
    app.route({
      method: [...OTHER_METHODS],
      url: PATH,
      handler: (request, reply) => {
        drainBody(request.raw, reply.raw, deps.config);
        void reply.header('allow', 'POST');
        return sendRefusal(reply, new Refusal('method-not-allowed'), deps.config.retryAfterMs);
      },
    });
    ready();
  };
}

/** Answers with a problem, and with when to come again where that is known. */
export function sendRefusal(
  reply: FastifyReply,
  refusal: Refusal,
  retryAfterMs: number,
  traceId?: string,
): FastifyReply {
  const { status } = PROBLEMS[refusal.slug];
  const waitMs = refusal.retryAfterMs ?? (status === 503 || status === 429 ? retryAfterMs : null);
  if (waitMs !== null) void reply.header('retry-after', Math.max(1, Math.ceil(waitMs / 1000)));
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="oopstream"');
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send(problem(refusal.slug, refusal.detail, traceId));
}

interface Traced {
  readonly result: Accepted | Refusal;
  /** To quote to whoever runs the service; absent where nobody records traces. */
  readonly traceId?: string;
}

/** One server span for a POST; the transcripts carry it on. */
async function tracePost(deps: CollectorDeps, intake: Intake, request: FastifyRequest): Promise<Traced> {
  const tracer = trace.getTracer('oopstream-collector');
  const attributes = { 'http.request.method': 'POST', 'http.route': PATH };
  const options = { kind: SpanKind.SERVER, attributes };
  return tracer.startActiveSpan(`POST ${PATH}`, options, parentOf(request), async (span) => {
    const traceparent = formatTraceparent(span.spanContext());
    const traceId = traceparent === null ? {} : { traceId: span.spanContext().traceId };
    try {
      const query = request.query as Readonly<Record<string, unknown>>;
      const result = await intake({ request: request.raw, query, traceparent });
      const isRefused = result instanceof Refusal;
      const status = isRefused ? PROBLEMS[result.slug].status : 202;
      span.setAttribute('http.response.status_code', status);
      if (isRefused) span.setAttribute('error.type', result.slug);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      return { result, ...traceId };
    } catch (error) {
      deps.logger.error({ err: error }, 'a POST failed: this is a bug');
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      return { result: new Refusal('internal'), ...traceId };
    } finally {
      span.end();
    }
  });
}

/** The sender's own span, where it sent one. */
function parentOf(request: FastifyRequest): Context {
  const { traceparent } = request.headers;
  const sender = typeof traceparent === 'string' ? parseTraceparent(traceparent) : null;
  return sender === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, sender);
}

function count({ metrics }: CollectorDeps, result: Accepted | Refusal, seconds: number): void {
  if (result instanceof Refusal) countRefusal(metrics, result.slug);
  else metrics.count('oopstream_collector_requests', 1, { outcome: 'accepted', reason: 'none' });
  metrics.record('oopstream_collector_request_seconds', seconds, {});
}

export function countRefusal(metrics: Metrics, reason: ProblemSlug): void {
  metrics.count('oopstream_collector_requests', 1, { outcome: 'refused', reason });
}

/** Fastify's own complaints: a Content-Type that cannot be parsed is all that can reach a route here. */
function slugOf(error: unknown): ProblemSlug {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  if (status === 415) return 'media-type-unsupported';
  return typeof status === 'number' && status < 500 ? 'request-invalid' : 'internal';
}
