import { RetryableError } from '@oopstream/ports';
import { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSProtocolError } from 'kafkajs';

/** @returns Kafka's name of the broker's error, such as `NOT_LEADER_FOR_PARTITION`; `null` when no broker said one. */
export function brokerErrorType(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof KafkaJSProtocolError) return at.type;
  return null;
}

/** What to do about a failed send. */
export type SendVerdict =
  /** Nothing was written, and never will be. */
  | 'too-large'
  /** Same records, same producer, same sequence numbers: the broker knows what it has already. */
  | 'again'
  /** The producer's sequence is beyond repair: same records, new producer. */
  | 'new-producer'
  /** The broker will not take it, whoever sends. */
  | 'refused';

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
const SPENT = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
]);
const REFUSED = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'SASL_AUTHENTICATION_FAILED',
]);

export function judgeSendError(error: unknown): SendVerdict {
  const type = brokerErrorType(error);
  if (type === null) return isBrokenClient(error) ? 'new-producer' : 'again';
  if (TOO_LARGE.has(type)) return 'too-large';
  if (SPENT.has(type)) return 'new-producer';
  return REFUSED.has(type) ? 'refused' : 'again';
}

/** An error within kafkajs, not of the network: nothing says that this client will ever work again. */
function isBrokenClient(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof KafkaJSConnectionError) return false;
    if (at instanceof TypeError || at instanceof RangeError) return true;
  }
  return error instanceof KafkaJSNonRetriableError && error.cause === undefined;
}

/** @returns the error as the port throws it. */
export function logUnavailable(what: string, cause?: unknown): RetryableError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new RetryableError('log-unavailable', `${what}${why}`, { cause });
}
