import { PROBLEMS, problem } from '@oopstream/contracts';
import type { LivesOn, ProblemSlug } from '@oopstream/contracts';
import { FatalError, RetryableError } from '@oopstream/ports';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { traceIdOf } from './request-span';

export const PROBLEM_TYPE = 'application/problem+json';
const RETRY_AFTER_SECONDS = 5;

const driverErrorSchema = z.object({
  statusCode: z.int().optional(),
  code: z.string().optional(),
  message: z.string(),
  validationContext: z.string().optional(),
});

/** Answers with a problem; 401 says how to authenticate, 503 when to come again. */
export function sendProblem(
  reply: FastifyReply,
  slug: ProblemSlug,
  detail?: string,
  livesOn?: LivesOn,
): FastifyReply {
  const { status } = PROBLEMS[slug];
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="oopstream"');
  if (status === 503 && !reply.hasHeader('retry-after'))
    void reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send(problem(slug, detail, traceIdOf(reply.request), livesOn));
}

/** The error handler: turns whatever was thrown on the way into a problem, and logs what is our own fault. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const isQuery = driverErrorSchema.safeParse(error).data?.validationContext === 'querystring';
    const detail = error.validation.map(describeIssue).join('; ').slice(0, 500);
    return sendProblem(reply, isQuery ? 'query-invalid' : 'request-invalid', detail);
  }
  if (error instanceof RetryableError) {
    request.log.warn({ err: error }, 'a backing store does not answer');
    if (error.retryAfterMs !== null) void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
    return sendProblem(reply, error.reason === 'log-unavailable' ? 'log-unavailable' : 'store-unavailable');
  }
  if (error instanceof FatalError && error.reason === 'unknown-topic') {
    request.log.warn({ err: error }, 'the log was not migrated yet');
    return sendProblem(reply, 'log-unavailable');
  }
  const slug = slugOfFrameworkError(error);
  if (slug !== null) return sendProblem(reply, slug, messageOf(error));
  request.log.error({ err: error }, 'a request failed');
  return sendProblem(reply, 'internal');
}

function describeIssue(issue: { instancePath: string; message?: string | undefined }): string {
  const field = issue.instancePath.slice(1).replaceAll('/', '.');
  return field === '' ? (issue.message ?? '') : `${field}: ${issue.message ?? ''}`;
}

/** What fastify itself refuses before an endpoint runs: bodies that are too large, no JSON, of another type. */
function slugOfFrameworkError(error: unknown): ProblemSlug | null {
  const { statusCode, code } = driverErrorSchema.safeParse(error).data ?? {};
  if (statusCode === undefined || statusCode >= 500) return null;
  if (statusCode === 413) return 'body-too-large';
  if (statusCode === 415 || code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'media-type-unsupported';
  return 'request-invalid';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : '';
}
