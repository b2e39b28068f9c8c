import { FatalError, RetryableError } from '@oopstream/ports';

/** What the pool says of PostgreSQL, in the words of the log. */
export function toLogError(error: unknown): unknown {
  if (error instanceof RetryableError)
    return new RetryableError('log-unavailable', error.message, { cause: error });
  if (error instanceof FatalError && error.reason === 'store-query-failed')
    return new FatalError('log-query-failed', error.message, { cause: error });
  return error;
}
