import { z } from 'zod';

/** Every reason slug that an HTTP answer may carry, with its status and title (RFC 9457 problem+json). */
export const PROBLEMS = {
  'token-missing': { status: 401, title: 'No bearer token was sent' },
  'token-unknown': { status: 401, title: 'The bearer token is not known or was revoked' },
  'scope-missing': { status: 403, title: 'The token lacks the scope for this' },
  'host-missing': { status: 400, title: 'No host was named and none is bound to the token' },
  'host-invalid': { status: 400, title: 'The host name or machine-id is malformed' },
  'host-mismatch': { status: 403, title: 'The token is bound to another host' },
  'body-empty': { status: 400, title: 'The body holds no bytes' },
  'body-too-large': { status: 413, title: 'The body exceeds the limit' },
  'body-inflates-too-large': { status: 413, title: 'The decompressed body exceeds the limit' },
  'encoding-unsupported': { status: 415, title: 'Content-Encoding is none of identity, gzip, zstd' },
  'encoding-broken': { status: 400, title: 'The body does not decompress' },
  'media-type-unsupported': { status: 415, title: 'Content-Type is not accepted here' },
  'multipart-broken': { status: 400, title: 'The multipart body is malformed' },
  'multipart-no-transcript': { status: 400, title: 'The multipart body holds no text part' },
  'parts-too-many': { status: 413, title: 'The multipart body holds too many parts' },
  'context-invalid': { status: 400, title: 'The host context is malformed' },
  'idempotency-key-invalid': { status: 400, title: 'Idempotency-Key is malformed' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used with other bytes' },
  'headers-too-large': { status: 431, title: 'The request headers exceed the limit' },
  'request-incomplete': { status: 400, title: 'The request ended before its body did' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'rate-limited': { status: 429, title: 'Too many requests for this token' },
  overloaded: { status: 503, title: 'The service holds as much unfinished work as it may' },
  'log-unavailable': { status: 503, title: 'The event log does not accept writes now' },
  'store-unavailable': { status: 503, title: 'A backing store does not answer now' },
  draining: { status: 503, title: 'The service is stopping' },
  'query-invalid': { status: 400, title: 'A query parameter is malformed' },
  'cursor-invalid': { status: 400, title: 'The cursor is malformed or belongs to another query' },
  'request-invalid': { status: 400, title: 'The request is malformed' },
  'heartbeats-too-many': { status: 413, title: 'The body holds too many heartbeats' },
  'incident-unknown': { status: 404, title: 'No such incident' },
  'host-unknown': { status: 404, title: 'The census knows no such host' },
  'crash-unknown': { status: 404, title: 'No such crash' },
  'transcript-unknown': { status: 404, title: 'No such transcript' },
  'sampled-away': { status: 410, title: 'The bytes were not kept: many of the same bug came at once' },
  'transcript-expired': { status: 410, title: 'The bytes of this transcript are no longer stored' },
  'endpoint-unknown': { status: 404, title: 'No such webhook endpoint' },
  'endpoint-address-forbidden': { status: 400, title: 'Webhooks to this address are not allowed' },
  'delivery-unknown': { status: 404, title: 'No such delivery' },
  'grant-unknown': { status: 404, title: 'No such token' },
  'fix-unknown': { status: 404, title: 'No such line in the fix table' },
  'release-unreadable': { status: 400, title: 'This is no kernel release' },
  'key-unknown': { status: 404, title: 'No incident has this group key' },
  'decision-unknown': { status: 404, title: 'No such decision' },
  'crash-absorbed': { status: 409, title: 'The crash turned out to be a copy of another: name that one' },
  'incident-merged': { status: 409, title: 'The incident was merged into another: name that one' },
  'incident-holding': { status: 409, title: 'Holding incidents keep what waits for a better copy' },
  'incident-same': { status: 409, title: 'Both are the same incident' },
  'key-elsewhere': { status: 409, title: 'The group key leads to another incident' },
  'crash-elsewhere': { status: 409, title: 'The crash belongs to another incident' },
  'nothing-left': { status: 409, title: 'Nothing would be left: merge it instead' },
  'pin-same': { status: 409, title: 'It is pinned there already' },
  'pin-missing': { status: 409, title: 'It is not pinned' },
  'decision-undone': { status: 409, title: 'The decision was undone already' },
  'decision-final': { status: 409, title: 'An undo cannot be undone: decide anew' },
  'decision-later': { status: 409, title: 'A later decision stands in the way: undo that first' },
  'transition-illegal': { status: 409, title: 'The incident cannot change like that' },
  'replay-unknown': { status: 404, title: 'No such replay' },
  'replay-busy': { status: 409, title: 'Another replay of this tenant is not done yet' },
  'replay-state': { status: 409, title: 'The replay is not in a state for that' },
  'replay-partial': { status: 409, title: 'Only a whole tenant can go over to another algorithm' },
  'algorithm-unknown': { status: 400, title: 'This release does not know the algorithm' },
  'past-retention': { status: 409, title: 'Older than the retention floor' },
  'not-found': { status: 404, title: 'No such path' },
  'method-not-allowed': { status: 405, title: 'The path does not take this method' },
  internal: { status: 500, title: 'A bug on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemSlug = keyof typeof PROBLEMS;

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    /** The slug: same word as the metric label and the end of `type`. */
    reason: z.string(),
    /** Of `incident-merged` and `crash-absorbed`: what it is part of now, and its path. */
    livesOn: z.object({ id: z.string(), href: z.string() }).optional(),
    /** Trace id to quote to whoever runs the service. */
    traceId: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem: why the request was not served.' });
export type Problem = z.infer<typeof problemSchema>;
export type LivesOn = NonNullable<Problem['livesOn']>;

/** @returns the body of an RFC 9457 answer. */
export function problem(slug: ProblemSlug, detail?: string, traceId?: string, livesOn?: LivesOn): Problem {
  const { status, title } = PROBLEMS[slug];
  return {
    type: `urn:oopstream:problem:${slug}`,
    title,
    status,
    reason: slug,
    ...(detail !== undefined && { detail }),
    ...(livesOn !== undefined && { livesOn }),
    ...(traceId !== undefined && { traceId }),
  };
}
