import type { Delivery, WebhookEndpoint, WebhookOutcome, WebhookResult } from '@oopstream/ports';
import { nextDelayMs } from './retry-schedule';

/** What a run of a delivery's job is to do. */
export type RunDecision =
  /** Nothing any more: delivered, failed or cancelled. */
  | { readonly kind: 'closed' }
  /** Nobody is to be told any more: its endpoint is switched off. */
  | { readonly kind: 'cancel' }
  /** Too early: another run was here before. */
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'send'; readonly attempt: number };

export function decideRun(delivery: Delivery, endpoint: WebhookEndpoint, nowMs: number): RunDecision {
  if (delivery.state !== 'open') return { kind: 'closed' };
  if (!endpoint.enabled) return { kind: 'cancel' };
  const waitMs = (delivery.nextAttemptAtMs ?? nowMs) - nowMs;
  if (waitMs > 0) return { kind: 'wait', waitMs };
  // Runs of one job that overlap take the same number, of which the store keeps one record.
  const last = Math.max(0, ...delivery.attempts.map(({ number }) => number));
  return { kind: 'send', attempt: last + 1 };
}

/** Outcomes that no later attempt can change: what is wrong lies in the delivery or its endpoint. */
const HOPELESS: ReadonlySet<WebhookOutcome> = new Set<WebhookOutcome>([
  'http-410',
  'url-invalid',
  'secret-invalid',
  'body-too-large',
]);

export type AttemptDecision =
  | { readonly kind: 'delivered' }
  /** `gone`: the receiver said 410, and wants nothing any more. */
  | { readonly kind: 'failed'; readonly gone: boolean }
  | { readonly kind: 'retry'; readonly delayMs: number };

/** What becomes of a delivery after an attempt. */
export function decideAttempt(
  result: WebhookResult,
  attempt: number,
  chance: number,
  maxRetryAfterMs: number,
): AttemptDecision {
  if (result.outcome === 'delivered') return { kind: 'delivered' };
  if (HOPELESS.has(result.outcome)) return { kind: 'failed', gone: result.outcome === 'http-410' };
  const askedMs = result.retryAfterMs === null ? null : Math.min(result.retryAfterMs, maxRetryAfterMs);
  const delayMs = nextDelayMs(attempt, chance, askedMs);
  return delayMs === null ? { kind: 'failed', gone: false } : { kind: 'retry', delayMs };
}
