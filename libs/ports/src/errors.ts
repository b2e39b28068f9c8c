/** Trouble with infrastructure that may pass: try again with back-off. */
export class RetryableError extends Error {
  readonly retryable = true;
  constructor(
    /** Slug of a closed list at the adapter that throws, for instance `log-unavailable`. */
    readonly reason: string,
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RetryableError';
    this.retryAfterMs = options?.retryAfterMs ?? null;
  }
  /** How long the other side asked to wait, milliseconds; `null` when it did not say. */
  readonly retryAfterMs: number | null;
}

/** A bug or a broken deployment: trying again cannot help, a person has to look. */
export class FatalError extends Error {
  readonly retryable = false;
  constructor(
    readonly reason: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FatalError';
  }
}
