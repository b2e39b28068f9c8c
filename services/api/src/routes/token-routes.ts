import {
  createTokenBodySchema,
  createdTokenSchema,
  idParamsSchema,
  tokenListSchema,
  whoamiSchema,
} from '@oopstream/contracts';
import { mintToken } from '@oopstream/runtime';
import { FatalError } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ok, refuse } from '../answer';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { recordAct } from '../record-act';
import { viewToken } from '../views';

const tag = 'Tokens';

type TokenDeps = Pick<ApiDeps, 'tokens' | 'audit' | 'clock'>;

export function addTokenRoutes(app: FastifyInstance, deps: TokenDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/whoami',
    scope: 'any',
    tag,
    summary: 'What the token that was sent may do',
    result: whoamiSchema,
    status: 200,
    problems: [],
    answer: ({ grant: { tenant, id, label, scopes, boundHost } }) =>
      Promise.resolve(ok({ tenant, tokenId: id, label, scopes: [...scopes], boundHost })),
  });
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/tokens',
    scope: 'admin',
    tag,
    summary: 'Live tokens of the tenant',
    result: tokenListSchema,
    status: 200,
    problems: [],
    answer: async ({ grant }) => ok({ items: (await deps.tokens.list(grant.tenant)).map(viewToken) }),
  });
  addChanges(app, deps);
}

function addChanges(app: FastifyInstance, deps: TokenDeps): void {
  addEndpoint(app, {
    method: 'POST',
    path: '/v1/tokens',
    scope: 'admin',
    tag,
    summary: 'Make a token; it is shown this once',
    body: createTokenBodySchema,
    result: createdTokenSchema,
    status: 201,
    problems: [],
    answer: async ({ grant, body: { label, scopes, boundHost = null } }) => {
      const { id, token, secretHash } = mintToken();
      const row = { tenant: grant.tenant, label, scopes, boundHost, secretHash };
      const created = await deps.tokens.create(row, id, deps.clock.nowMs());
      if (created === null) throw new FatalError('token-id-taken', 'a random token id came a second time');
      const detail = { label, scopes, boundHost };
      await recordAct(deps, grant, { action: 'token.created', subjectKind: 'token', subjectId: id, detail });
      return ok({ grant: viewToken(created), token });
    },
  });
  addEndpoint(app, {
    method: 'DELETE',
    path: '/v1/tokens/:id',
    scope: 'admin',
    tag,
    summary: 'Revoke a token; it stops working within seconds',
    params: idParamsSchema,
    result: z.undefined(),
    status: 204,
    problems: ['grant-unknown'],
    answer: async ({ grant, params: { id } }) => {
      if (!(await deps.tokens.revoke(grant.tenant, id, deps.clock.nowMs()))) return refuse('grant-unknown');
      await recordAct(deps, grant, {
        action: 'token.revoked',
        subjectKind: 'token',
        subjectId: id,
        detail: {},
      });
      return ok(undefined);
    },
  });
}
