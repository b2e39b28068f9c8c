import { types } from 'node:util';

/** Conditions that pass by themselves; https://www.postgresql.org/docs/18/errcodes-appendix.html */
const TRANSIENT_CLASSES = ['08', '53'];
const TRANSIENT_CODES = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled: statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
]);
/** undefined_table, undefined_function, invalid_schema_name: who came before `migrate` waits for it. */
const UNMIGRATED_CODES = new Set(['42P01', '42883', '3F000']);

/** @returns whether an error of pg says that the schema is not there (yet). */
export function isUnmigrated(error: unknown): boolean {
  return (
    types.isNativeError(error) &&
    'code' in error &&
    typeof error.code === 'string' &&
    UNMIGRATED_CODES.has(error.code)
  );
}

/** @returns whether an error of pg may pass by itself: the server is away, restarting, overloaded, or chose a victim. */
export function isTransient(error: unknown): boolean {
  if (!types.isNativeError(error) || error instanceof TypeError || error instanceof RangeError) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // pg's own complaints about a connection that broke carry no code, those of the system read like ECONNRESET,
  // the server's are SQLSTATEs of five characters.
  if (code === undefined) return Object.getPrototypeOf(error) === Error.prototype;
  if (code.length !== 5) return code.startsWith('E');
  return code === 'EPIPE' || TRANSIENT_CODES.has(code) || TRANSIENT_CLASSES.includes(code.slice(0, 2));
}
