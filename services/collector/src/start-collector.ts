import { STATUS_CODES } from 'node:http';
import type { Socket, AddressInfo } from 'node:net';
import { PROBLEMS, problem } from '@oopstream/contracts';
import type { ProblemSlug } from '@oopstream/contracts';
import type { HealthReport, RunningService } from '@oopstream/runtime';
import { LogController, fastify } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { watchAppends } from './append-watch';
import { PROBLEM_TYPE, collectorRoutes, countRefusal, sendRefusal } from './collector-routes';
import type { CollectorDeps } from './deps';
import { Refusal } from './refusal';

const IDLE_SWEEP_MS = 50;
/** So long after a failed append the collector is not ready; then it takes another try. */
const FAILURE_FORGOTTEN_MS = 10_000;

export interface RunningCollector extends RunningService {
  /** `http://host:port` that it listens on. */
  readonly url: string;
}

/**
 * Serves {@link collectorRoutes} on an address of its own. Stopping refuses what is new (503 `draining`), finishes what
 * it took, then closes.
 */
export async function startCollector(deps: CollectorDeps): Promise<RunningCollector> {
  let draining = false;
  const app = createServer(deps);
  const limits = { lateAfterMs: deps.config.appendTimeoutMs, forgetAfterMs: FAILURE_FORGOTTEN_MS };
  const appends = watchAppends(deps.log, deps.clock, limits);
  await app.register(collectorRoutes({ ...deps, log: appends.log }, { isDraining: () => draining }));
  await app.listen({ host: deps.config.host, port: deps.config.port });
  const { address, port, family } = app.server.address() as AddressInfo;
  deps.logger.info({ address, port }, 'listening');
  let stopping: Promise<void> | undefined;
  return {
    name: 'collector',
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    health: (): HealthReport => {
      const log = appends.check();
      const http = { ok: !draining, detail: draining ? 'draining' : `listens on port ${port}` };
      return { ready: http.ok && log.ok, checks: { http, log } };
    },
    // What fails here fails a request, not the service.
    failed: new Promise<never>(() => undefined),
    stop: () => {
      draining = true;
      stopping ??= close(app);
      return stopping;
    },
  };
}

/** A connection that was busy when closing began becomes idle later, and would be waited for until its time-out. */
async function close(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}

function createServer(deps: CollectorDeps): FastifyInstance {
  const { maxHeaderBytes, requestTimeoutMs, retryAfterMs } = deps.config;
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    // Ours says `draining` as every refusal is said.
    return503OnClosing: false,
    // Node's own deadline for the whole request stays behind ours, which answers.
    requestTimeout: 2 * requestTimeoutMs,
    http: { maxHeaderSize: maxHeaderBytes, headersTimeout: requestTimeoutMs },
    clientErrorHandler: (error, socket) => refuseUnreadable(deps, error, socket),
    frameworkErrors: (_error, _request, reply) => {
      countRefusal(deps.metrics, 'request-invalid');
      sendRefusal(reply, new Refusal('request-invalid'), retryAfterMs);
    },
  });
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, new Refusal('not-found'), retryAfterMs));
  return app;
}

/** What Node's parser refuses never becomes a request: the answer goes straight to the socket. */
function refuseUnreadable(deps: CollectorDeps, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const slug = slugOfParserError(error.code);
  const { status } = PROBLEMS[slug];
  countRefusal(deps.metrics, slug);
  const body = JSON.stringify(problem(slug));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function slugOfParserError(code: string | undefined): ProblemSlug {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'request-invalid';
}
