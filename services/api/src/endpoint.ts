import type { ProblemSlug } from '@oopstream/contracts';
import { PROBLEMS, problemSchema } from '@oopstream/contracts';
import type { TokenGrant, TokenScope } from '@oopstream/ports';
import { FatalError } from '@oopstream/ports';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import type { Answer } from './answer';
import { PROBLEM_TYPE, sendProblem } from './problems';
import { withinSpan } from './request-span';

/** `any`: every live token; `public`: no token at all. */
export type RouteScope = TokenScope | 'any' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    scope?: RouteScope;
  }
  interface FastifyRequest {
    grant: TokenGrant | null;
  }
}

export interface Call<Params, Query, Body> {
  readonly grant: TokenGrant;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Path and query as asked. */
  readonly url: string;
  /** Of whoever asks. */
  readonly ip: string;
}

export interface Endpoint<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Result extends z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Fastify's pattern, `/v1/incidents/:number`. */
  readonly path: string;
  readonly scope: Exclude<RouteScope, 'public'>;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Made of what was sent before it is checked. */
  readonly prepareBody?: (body: unknown) => unknown;
  /** Media types of bodies; JSON when not given. Others than JSON need a parser in the route's scope. */
  readonly bodyTypes?: readonly string[];
  /** Largest body; the server's when not given. */
  readonly bodyLimitBytes?: number;
  /** What 2xx carries; 204 without. */
  readonly result: Result;
  readonly status: 200 | 201 | 204;
  /** Also answers 308: what was asked for may have been merged into another. For questions; acts are refused. */
  readonly mayMove?: boolean;
  /** Problems of its own; those that every endpoint has are added. */
  readonly problems: readonly ProblemSlug[];
  readonly answer: (
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<Answer<z.output<Result>>>;
}

/** Adds an endpoint whose schemas check what comes in and what goes out, and describe both. */
export function addEndpoint<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Result extends z.ZodType = z.ZodUndefined,
>(app: FastifyInstance, endpoint: Endpoint<Params, Query, Body, Result>): void {
  const schema: FastifySchema = {
    ...describeEndpoint(endpoint),
    response: {
      [endpoint.status]: describeResult(endpoint.status, endpoint.result),
      ...(endpoint.mayMove === true && { 308: z.undefined().describe('Part of another by now: ask there.') }),
      ...describeProblems(endpoint),
    },
  };
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { scope: endpoint.scope },
    ...(endpoint.bodyLimitBytes !== undefined && { bodyLimit: endpoint.bodyLimitBytes }),
    schema,
    // Nothing sent stands for nothing to say.
    preValidation: (request, _reply, done) => {
      if (endpoint.body !== undefined) request.body ??= {};
      if (endpoint.prepareBody !== undefined) request.body = endpoint.prepareBody(request.body);
      done();
    },
    handler: async (request, reply) => {
      const call = {
        grant: grantOf(request),
        params: request.params as z.output<Params>,
        query: request.query as z.output<Query>,
        body: request.body as z.output<Body>,
        url: request.url,
        ip: request.ip,
      };
      const answer = await withinSpan(request, () => endpoint.answer(call));
      return sendAnswer(reply, endpoint.status, answer);
    },
  });
}

function describeResult(status: number, result: z.ZodType) {
  if (status === 204) return z.undefined().describe('Done.');
  const description = result.description ?? 'Done.';
  return { description, content: { 'application/json': { schema: result } } };
}

/** The part of a route's schema that says what it is and what it takes. */
export function describeEndpoint(endpoint: {
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly scope: RouteScope;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly bodyTypes?: readonly string[];
}) {
  const scope = endpoint.scope === 'any' ? 'any live token' : `scope \`${endpoint.scope}\``;
  return {
    summary: endpoint.summary,
    description: [endpoint.description, `Needs ${scope}.`].filter(Boolean).join(' '),
    tags: [endpoint.tag],
    security: [{ bearer: [] }],
    ...(endpoint.params !== undefined && { params: endpoint.params }),
    ...(endpoint.query !== undefined && { querystring: endpoint.query }),
    ...(endpoint.body !== undefined && { body: endpoint.body }),
    ...(endpoint.bodyTypes !== undefined && { consumes: endpoint.bodyTypes }),
  };
}

/** @returns problem responses by status: the endpoint's own and those that come with its kind. */
export function describeProblems(endpoint: {
  readonly problems: readonly ProblemSlug[];
  readonly scope: RouteScope;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}) {
  const slugs: ProblemSlug[] = [
    ...endpoint.problems,
    'token-missing',
    'token-unknown',
    ...(endpoint.scope === 'any' ? [] : (['scope-missing'] as const)),
    ...(endpoint.query === undefined ? [] : (['query-invalid'] as const)),
    ...(endpoint.params === undefined && endpoint.body === undefined ? [] : (['request-invalid'] as const)),
    ...(endpoint.body === undefined ? [] : (['body-too-large', 'media-type-unsupported'] as const)),
    'store-unavailable',
    'internal',
  ];
  const byStatus: Record<number, { description: string; content: Record<string, { schema: z.ZodType }> }> =
    {};
  for (const slug of slugs) {
    const { status, title } = PROBLEMS[slug];
    const known = byStatus[status]?.description;
    byStatus[status] = {
      description: `${known === undefined ? '' : `${known} · `}\`${slug}\`: ${title}`,
      content: { [PROBLEM_TYPE]: { schema: problemSchema } },
    };
  }
  return byStatus;
}

/** @throws FatalError `route-without-grant`: a route was added past the authorization hook. */
export function grantOf(request: FastifyRequest): TokenGrant {
  if (request.grant === null) throw new FatalError('route-without-grant', `${request.url} asks for no token`);
  return request.grant;
}

export function sendAnswer(reply: FastifyReply, status: number, answer: Answer<unknown>): FastifyReply {
  if (answer.kind === 'problem') {
    if (answer.retryAfterMs !== undefined)
      void reply.header('retry-after', Math.ceil(answer.retryAfterMs / 1000));
    return sendProblem(reply, answer.slug, answer.detail, answer.livesOn);
  }
  if (answer.kind === 'moved') return reply.redirect(answer.location, 308);
  return status === 204 ? reply.code(204).send() : reply.code(status).send(answer.body);
}
