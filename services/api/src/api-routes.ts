import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { rememberMethods } from './allowed-methods';
import { requireTokens } from './authorization';
import type { CensusSettings } from './census-config';
import { serveConsole } from './console-files';
import type { ApiDeps } from './deps';
import type { PatternSettings } from './pattern-config';
import { describeApi, serveDocs } from './openapi';
import { sendError } from './problems';
import { traceRequests } from './request-span';
import { countRequests } from './request-telemetry';
import { createLedgerReader } from './ledger-reader';
import { addAlertRoutes } from './routes/alert-routes';
import { addCensusRoutes } from './routes/census-routes';
import { addCrashRoutes } from './routes/crash-routes';
import { addHostRoutes } from './routes/host-routes';
import { addIncidentRateRoutes } from './routes/incident-rate-routes';
import { addDecisionRoutes } from './routes/decision-routes';
import { addProofRoutes } from './routes/proof-routes';
import { addIncidentRoutes } from './routes/incident-routes';
import { addFixRoutes } from './routes/fix-routes';
import { addLedgerRoutes } from './routes/ledger-routes';
import { addLifeRoutes } from './routes/life-routes';
import { addPatternRoutes } from './routes/pattern-routes';
import { addRateRoutes } from './routes/rate-routes';
import { addRebootRoutes } from './routes/reboot-routes';
import { addReplayRoutes } from './routes/replay-routes';
import { addTokenRoutes } from './routes/token-routes';
import { addTranscriptRoutes } from './routes/transcript-routes';
import { addTranscriptWalkRoutes } from './routes/transcript-walk-routes';

/** Answers hold crashes of a fleet: no cache but the console's own files may keep them, no page may embed them. */
const DEFAULT_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * A Fastify plugin with everything that the API serves: `/v1/…`, `/openapi.json`, `/docs`, and the console at every
 * other path. It sets the not-found handler, so it must own its server's root. No CORS: other origins get nothing.
 */
export function apiRoutes(
  deps: ApiDeps,
  options: CensusSettings &
    PatternSettings & {
      readonly consoleDir: string;
      readonly maxRawBytes: number;
      readonly ledgerMaxHours: number;
    },
): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    app.setErrorHandler(sendError);
    app.addHook('onSend', async (_request, reply) => {
      for (const [name, value] of Object.entries(DEFAULT_HEADERS))
        if (!reply.hasHeader(name)) void reply.header(name, value);
    });
    traceRequests(app);
    countRequests(app, deps.metrics);
    rememberMethods(app);
    requireTokens(app, deps.authenticator);
    await describeApi(app);
    await addEveryEndpoint(app, deps, options);
    await serveDocs(app);
    await serveConsole(app, options.consoleDir);
  };
}

async function addEveryEndpoint(
  app: FastifyInstance,
  deps: ApiDeps,
  limits: CensusSettings &
    PatternSettings & { readonly maxRawBytes: number; readonly ledgerMaxHours: number },
): Promise<void> {
  addIncidentRoutes(app, deps);
  addCrashRoutes(app, deps);
  addDecisionRoutes(app, deps);
  addProofRoutes(app, deps);
  addTranscriptRoutes(app, deps);
  addTranscriptWalkRoutes(app, deps, limits);
  await addCensusRoutes(app, deps, limits);
  addRateRoutes(app, deps, limits);
  addIncidentRateRoutes(app, deps, limits);
  addRebootRoutes(app, deps);
  addHostRoutes(app, deps, limits);
  addPatternRoutes(app, deps, limits);
  addAlertRoutes(app, deps);
  const ledgerReader = deps.ledgerReader ?? createLedgerReader(deps);
  addLifeRoutes(app, deps);
  addFixRoutes(app, deps);
  addReplayRoutes(app, deps);
  addLedgerRoutes(app, { ...deps, ledgerReader }, limits);
  addTokenRoutes(app, deps);
}
