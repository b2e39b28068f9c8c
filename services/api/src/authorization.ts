import type { Authenticator } from '@oopstream/runtime';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from './problems';

/**
 * Asks for a bearer token before anything of a request is read. Every route names its scope; one that names none is
 * refused to everybody, so that a forgotten scope shows at the first try.
 */
export function requireTokens(app: FastifyInstance, authenticator: Authenticator): void {
  app.decorateRequest('grant', null);
  app.addHook('onRequest', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    if (request.is404 || scope === 'public') return;
    const found = await authenticator.authenticate(request.headers.authorization);
    if (found.kind === 'refused') return sendProblem(reply, found.reason);
    if (scope === undefined || (scope !== 'any' && !found.grant.scopes.includes(scope)))
      return sendProblem(reply, 'scope-missing', `this needs scope ${scope ?? 'none that exists'}`);
    request.grant = found.grant;
  });
}
