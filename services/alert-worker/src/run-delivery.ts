import { alertJobSchema } from '@oopstream/contracts';
import type { Delivery, DeliveryAttempt, JobResult, WebhookEndpoint } from '@oopstream/ports';
import { decideAttempt, decideRun } from './delivery-decision';
import type { AlertWorkerDeps } from './deps';
import { inDeliverySpan } from './delivery-span';

const DONE: JobResult = { done: true };

/**
 * One run of a delivery's job. The store alone says what is to be done: a job that comes twice, late or again after its
 * delivery closed does no harm. A crash after the webhook went out and before its attempt was recorded repeats that
 * attempt, with the same `webhook-id` and attempt number.
 */
export async function runDelivery(deps: AlertWorkerDeps, payload: unknown): Promise<JobResult> {
  const job = alertJobSchema.safeParse(payload);
  if (!job.success) {
    deps.logger.error({ err: job.error }, 'alert job is malformed; the sweeper will enqueue a sound one');
    return DONE;
  }
  const id = job.data.outboxId;
  const found = await deps.deliveries.load(id);
  if (found === null) {
    deps.logger.error({ deliveryId: id }, 'alert job names no delivery');
    return DONE;
  }
  if (job.data.replay < found.delivery.replays) return DONE;
  const decision = decideRun(found.delivery, found.endpoint, deps.clock.nowMs());
  switch (decision.kind) {
    case 'closed':
      return DONE;
    case 'cancel':
      await deps.deliveries.cancel(id, deps.clock.nowMs());
      return DONE;
    case 'wait':
      return { retryAfterMs: decision.waitMs };
    case 'send':
      return attempt(deps, found.delivery, found.endpoint, decision.attempt);
  }
}

async function attempt(
  deps: AlertWorkerDeps,
  delivery: Delivery,
  endpoint: WebhookEndpoint,
  number: number,
): Promise<JobResult> {
  const { config, clock, deliveries, logger, metrics } = deps;
  const { id, body, traceparent: parent } = delivery;
  const startedAtMs = clock.nowMs();
  const result = await inDeliverySpan({ id, attempt: number, url: endpoint.url, parent }, (traceparent) =>
    deps.sender.send({
      url: endpoint.url,
      id,
      body,
      secrets: endpoint.secrets,
      timestampMs: startedAtMs,
      traceparent,
    }),
  );
  const endedAtMs = clock.nowMs();
  const { outcome, status, detail } = result;
  metrics.count('oopstream_delivery_attempts', 1, { outcome });
  metrics.record('oopstream_delivery_attempt_seconds', (endedAtMs - startedAtMs) / 1_000, {});
  const record: DeliveryAttempt = {
    ...{ number, startedAtMs, status, outcome, detail },
    durationMs: endedAtMs - startedAtMs,
  };
  const chance = (deps.random ?? Math.random)();
  const next = decideAttempt(result, number, chance, config.maxRetryAfterMs);
  const about = { deliveryId: id, endpointId: endpoint.id, attempt: number, outcome, status };
  if (next.kind === 'retry') {
    logger.warn({ ...about, delayMs: next.delayMs }, 'webhook failed, will be tried again');
    await deliveries.recordAttempt(id, record, { nextAttemptAtMs: endedAtMs + next.delayMs });
    return { retryAfterMs: next.delayMs };
  }
  if (next.kind === 'failed') logger.error(about, 'webhook failed for good');
  else logger.info(about, 'webhook delivered');
  await deliveries.recordAttempt(id, record, { state: next.kind });
  if (next.kind === 'failed' && next.gone) {
    logger.warn(about, 'endpoint is gone and switched off');
    await deliveries.disableEndpoint(endpoint.id, 'gone', endedAtMs);
  }
  return DONE;
}
