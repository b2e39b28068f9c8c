/** An answer of the API that is no success, or none at all. What {@link Failure} shows. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Slug of the problem: `incident-unknown`, `store-unavailable`, …; `unreachable` when no answer came. */
    readonly reason: string,
    readonly detail: string | null,
    /** To quote to whoever runs the service. */
    readonly traceId: string | null,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Reads an RFC 9457 body; whatever a proxy put there instead becomes a plain sentence with the status. */
export function problemError(status: number, body: unknown): ApiError {
  const fields: Record<string, unknown> =
    typeof body === 'object' && body !== null ? { ...body } : { title: null };
  return new ApiError(
    text(fields['title']) ?? `The API answered with status ${status}`,
    status,
    text(fields['reason']) ?? `http-${status}`,
    text(fields['detail']),
    text(fields['traceId']),
  );
}

/** No answer at all: the network, or the service is down. */
export function unreachableError(cause: unknown): ApiError {
  const detail = cause instanceof Error ? cause.message : null;
  return new ApiError('The API cannot be reached from this browser', 0, 'unreachable', detail, null);
}
