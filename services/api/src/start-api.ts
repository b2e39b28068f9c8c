import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { FatalError } from '@oopstream/ports';
import type { RunningService } from '@oopstream/runtime';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { apiRoutes } from './api-routes';
import type { CensusSettings } from './census-config';
import type { ApiConfig } from './config';
import type { ApiDeps } from './deps';
import { createLedgerReader } from './ledger-reader';
import type { PatternSettings } from './pattern-config';
import { watchLedger } from './ledger-watch';
import { sendProblem } from './problems';
import { watchStore } from './store-watch';

const STORE_PROBE_MS = 5_000;

/** Where a checkout, and an image, has the console's build. */
const CONSOLE_DIR = path.resolve(__dirname, '../../console/dist');

export interface RunningApi extends RunningService {
  /** Where it listens. */
  readonly port: number;
}

/** @returns a server that has everything but a port. */
export function createApiServer(
  deps: ApiDeps,
  config: CensusSettings &
    PatternSettings &
    Pick<ApiConfig, 'maxBodyBytes' | 'maxRawBytes' | 'requestTimeoutMs' | 'consoleDir' | 'ledgerMaxHours'>,
): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = deps.logger.child({ part: 'api' });
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.maxBodyBytes,
    requestTimeout: config.requestTimeoutMs,
    routerOptions: { maxParamLength: 256 },
    forceCloseConnections: 'idle',
    // A path that does not decode never reaches the routes.
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, 'request-invalid', error.message),
  });
  const { consoleDir = CONSOLE_DIR } = config;
  void app.register(apiRoutes(deps, { ...config, consoleDir }));
  return app;
}

/** Listens. Stopping answers what was begun, then closes. @throws when the port is taken */
export async function startApi(deps: ApiDeps, config: ApiConfig): Promise<RunningApi> {
  const ledgerReader = createLedgerReader(deps);
  const app = createApiServer({ ...deps, ledgerReader }, config);
  await app.listen({ host: config.host, port: config.port });
  const watch = watchLedger({
    readLedger: () => ledgerReader.read(null),
    metrics: deps.metrics,
    logger: deps.logger,
    intervalMs: config.ledgerIntervalMs,
  });
  const store = await watchStore(() => deps.tokens.find(''), STORE_PROBE_MS);
  let stopping: Promise<void> | null = null;
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  // Whoever runs the service listens to it; nobody has to.
  failed.catch(() => undefined);
  app.server.on('error', (error) => fail(new FatalError('listener-failed', error.message, { cause: error })));
  return {
    name: 'api',
    port: (app.server.address() as AddressInfo).port,
    failed,
    health: () => {
      const listener = { ok: app.server.listening && stopping === null, detail: `port ${config.port}` };
      const checks = { listener, store: store.check() };
      return { ready: checks.listener.ok && checks.store.ok, checks };
    },
    stop() {
      watch.stop();
      store.stop();
      return (stopping ??= app.close());
    },
  };
}
