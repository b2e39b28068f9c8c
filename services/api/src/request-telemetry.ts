import type { Metrics } from '@oopstream/runtime';
import type { FastifyInstance } from 'fastify';

/** Counts and times every answer by route pattern: a path with an id in it must never become a label. */
export function countRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unknown' : `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    metrics.count('oopstream_api_requests', 1, { route, status: String(reply.statusCode) });
    metrics.record('oopstream_api_request_seconds', reply.elapsedTime / 1000, { route });
    done();
  });
}
