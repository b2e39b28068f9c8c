import { FatalError, RetryableError } from '@oopstream/ports';
import { DatabaseError } from 'pg';

/** SQLSTATEs that another try may not meet again: connection, resources, shutdown, serialisation, lock or statement timeout. */
const PASSING = /^(08|53|57P0|40|55P03|57014|25P03|25P04)/;

/**
 * Turns what the driver throws into the two kinds of errors that callers know.
 * Anything that is not an answer of the server (refused, reset, timed out while connecting) may pass.
 */
export function translateError(error: unknown): RetryableError | FatalError {
  if (error instanceof RetryableError || error instanceof FatalError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof DatabaseError))
    return error instanceof TypeError
      ? new FatalError('store-query-failed', message, { cause: error })
      : new RetryableError('store-unavailable', message, { cause: error });
  const told = `${error.code ?? '?'} ${message}`;
  return PASSING.test(error.code ?? '')
    ? new RetryableError('store-unavailable', told, { cause: error })
    : new FatalError('store-query-failed', told, { cause: error });
}
