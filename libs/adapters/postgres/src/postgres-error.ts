import { FatalError, RetryableError } from '@oopstream/ports';
import { isTransient, isUnmigrated } from './transient';

/** Turns what the driver throws into the two kinds of errors that callers know. */
export function translateError(error: unknown): RetryableError | FatalError {
  if (error instanceof RetryableError || error instanceof FatalError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isUnmigrated(error))
    return new RetryableError('store-unavailable', `${message}: has migrate run?`, { cause: error });
  return isTransient(error)
    ? new RetryableError('store-unavailable', message, { cause: error })
    : new FatalError('store-query-failed', message, { cause: error });
}
