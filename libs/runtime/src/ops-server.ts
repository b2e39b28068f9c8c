import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport, RunningService } from './service';

/** Health and metrics of one process, on a port of its own that is not for users. */
export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface OpsServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Empty while the process still starts: alive, not ready. */
  readonly services: () => readonly RunningService[];
  readonly draining: () => boolean;
  readonly serveMetrics: (request: IncomingMessage, response: ServerResponse) => void;
}

/**
 * Serves `/healthz/live` (the process answers), `/healthz/ready` (all its services make progress; 503 with the checks
 * otherwise, and while draining) and `/metrics`.
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path === '/metrics') return options.serveMetrics(request, response);
    if (path === '/healthz/live') return answer(response, 200, { live: true });
    if (path === '/healthz/ready') {
      const report = readiness(options.services(), options.draining());
      return answer(response, report.ready ? 200 : 503, report);
    }
    return answer(response, 404, { error: 'not-found' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Health of several services as one: ready when each is; checks keep their service's name in front. */
export function readiness(services: readonly RunningService[], draining: boolean): HealthReport {
  const checks: Record<string, HealthReport['checks'][string]> = {};
  let ready = services.length > 0 && !draining;
  for (const service of services) {
    const report = service.health();
    ready &&= report.ready;
    for (const [name, check] of Object.entries(report.checks)) checks[`${service.name}.${name}`] = check;
  }
  if (draining) checks['process'] = { ok: false, detail: 'draining' };
  else if (services.length === 0) checks['process'] = { ok: false, detail: 'starting' };
  return { ready, checks };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(body)}\n`);
}
