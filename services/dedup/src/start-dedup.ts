import { GROUPS, TOPICS } from '@oopstream/contracts';
import type { DedupPlan } from '@oopstream/core-incident';
import { runStage } from '@oopstream/pipeline';
import { countBatch, traceBatch } from '@oopstream/runtime';
import type { HealthReport, Metrics, RunningService } from '@oopstream/runtime';
import { appendDeadLetters } from './dead-letters';
import { createDedupStage } from './dedup-stage';
import type { DedupDeps } from './deps';
import { startOutboxRelay } from './outbox-relay';
import { createUuidSource } from './uuid-v7';

/**
 * Settles receipts into crashes and incidents and hands on what changed. Stopping finishes the batch under way; log,
 * stores and queue stay the caller's to close.
 * @throws RetryableError `log-unavailable` when the log can't be reached
 */
export async function startDedup(deps: DedupDeps): Promise<RunningService> {
  const { config, stores, clock, metrics, logger } = deps;
  const relay = startOutboxRelay(deps);
  const stage = createDedupStage({
    config,
    incidents: stores.incidents,
    clock,
    newId: deps.newId ?? createUuidSource(clock),
    onCommitted: (plan) => {
      countPlan(metrics, plan);
      if (plan.changes.length > 0) relay.wake();
    },
  });
  const subscription = await deps.reader
    .subscribe({
      group: GROUPS.dedup,
      topics: [TOPICS.transcriptFingerprinted.name, TOPICS.transcriptRejected.name],
      maxBatchRecords: config.maxBatchRecords,
      maxBatchBytes: config.maxBatchBytes,
      onBatch: runStage({
        stage,
        onPoison: async (poison) => {
          logger.warn(
            { records: poison.length, reason: poison[0]?.reason },
            'records went to the dead letters',
          );
          await appendDeadLetters(deps.writer, poison);
        },
        onBatch: (report) => countBatch(metrics, report),
        around: traceBatch('dedup'),
        clock,
      }),
    })
    .catch(async (error: unknown) => {
      await relay.stop();
      throw error;
    });
  const removeGauge = metrics.gauge('oopstream_outbox_open_rows', () => {
    const { publications, deliveries } = relay.openRows();
    return [
      { value: publications, labels: { kind: 'publication' } },
      { value: deliveries, labels: { kind: 'delivery' } },
    ];
  });
  // The subscription's end is no failure when it was closed: then it resolves, and this never settles.
  const { promise: ended, reject: fail } = Promise.withResolvers<never>();
  subscription.done.catch(fail);
  relay.failed.catch(fail);
  ended.catch(() => undefined);
  return {
    name: 'dedup',
    health: (): HealthReport => {
      const log = subscription.health();
      const relayError = relay.lastError();
      const last = log.lastProgressAtMs === null ? 'none yet' : new Date(log.lastProgressAtMs).toISOString();
      return {
        ready: log.state === 'running' && relayError === null,
        checks: {
          log: {
            ok: log.state === 'running',
            detail: `${log.state}, ${log.assignedPartitions} partitions, last progress ${last}${log.lastError === null ? '' : `, ${log.lastError}`}`,
          },
          outbox: { ok: relayError === null, detail: relayError ?? 'ok' },
        },
      };
    },
    failed: ended,
    async stop() {
      await subscription.close();
      await relay.stop();
      removeGauge();
    },
  };
}

function countPlan(metrics: Metrics, plan: DedupPlan): void {
  for (const { kind, outcome, count } of plan.ledger)
    if (kind === 'reading') metrics.count('oopstream_crashes_counted', count, { outcome });
  for (const [change, changes] of Map.groupBy(plan.changes, (one) => one.change))
    metrics.count('oopstream_incidents_changed', changes.length, { change });
}
