import { GROUPS, TOPICS } from '@oopstream/contracts';
import type { DedupPlan } from '@oopstream/core-incident';
import { ALGORITHMS } from '@oopstream/core-signature';
import { runStage } from '@oopstream/pipeline';
import type { BatchHandler, Subscription } from '@oopstream/ports';
import { checkSubscription, countBatch, traceBatch } from '@oopstream/runtime';
import type { HealthReport, Metrics, RepeatedWork, RunningService } from '@oopstream/runtime';
import { accountDeadLetters, appendDeadLetters } from './dead-letters';
import { createDedupStage } from './dedup-stage';
import type { DedupDeps } from './deps';
import { startFrameRecount } from './frame-recount';
import { Lanes } from './lanes';
import { startLifeSweep } from './life-sweep';
import { startRebootSweep } from './reboot-sweep';
import { startLedgerPatrol } from './ledger-patrol';
import { startOutboxRelay } from './outbox-relay';
import type { OutboxRelay } from './outbox-relay';
import { startRetentionSweep } from './retention-sweep';
import { startReplayWorker } from './replay-worker';
import { createUuidSource } from './uuid-v7';

/**
 * Settles receipts into crashes and incidents and hands on what changed. Stopping finishes the batch under way; log,
 * stores and queue stay the caller's to close.
 * @throws RetryableError `log-unavailable` when the log can't be reached
 */
export async function startDedup(deps: DedupDeps): Promise<RunningService> {
  const relay = startOutboxRelay(deps);
  const subscriptions = await subscribe(deps, relay).catch(async (error: unknown) => {
    await relay.stop();
    throw error;
  });
  const sweeps = startSweeps(deps, () => relay.wake());
  const removeGauge = deps.metrics.gauge('oopstream_outbox_open_rows', () => {
    const { publications, deliveries } = relay.openRows();
    return [
      { value: publications, labels: { kind: 'publication' } },
      { value: deliveries, labels: { kind: 'delivery' } },
    ];
  });
  // The subscription's end is no failure when it was closed: then it resolves, and this never settles.
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  subscriptions.first.done.catch(fail);
  subscriptions.bulk.done.catch(fail);
  relay.failed.catch(fail);
  for (const sweep of sweeps.values()) sweep.failed.catch(fail);
  failed.catch(() => undefined); // whoever runs the service waits for it too; without one it is still no crash
  return {
    name: 'dedup',
    health: () => {
      const check = (one: Subscription) =>
        checkSubscription(one.health(), deps.clock.nowMs(), deps.config.stallAfterMs);
      const logs = { log: check(subscriptions.first), bulk: check(subscriptions.bulk) };
      return healthOf(logs, relay.lastError(), sweeps);
    },
    failed,
    async stop() {
      await Promise.all([subscriptions.first.close(), subscriptions.bulk.close()]);
      for (const sweep of [...sweeps.values()].toReversed()) await sweep.stop();
      await relay.stop();
      removeGauge();
    },
  };
}

/** What is done from time to time beside the batches, by the name that health has for it. */
function startSweeps(deps: DedupDeps, onTold: () => void): ReadonlyMap<string, RepeatedWork> {
  const newId = deps.newId ?? createUuidSource(deps.clock);
  const telling = { ...deps, newId, onTold };
  return new Map([
    ['retention', startRetentionSweep(deps)],
    ['ledger', startLedgerPatrol(telling)],
    ['frames', startFrameRecount(deps)],
    ['lives', startLifeSweep(telling)],
    ['reboots', startRebootSweep(telling)],
    [
      'replays',
      startReplayWorker({
        ...telling,
        engine: deps.stores.replayEngine,
        algorithms: deps.algorithms ?? ALGORITHMS,
      }),
    ],
  ]);
}

/** What others wait for, and what a storm leaves to be counted. */
interface Subscriptions {
  readonly first: Subscription;
  readonly bulk: Subscription;
}

async function subscribe(deps: DedupDeps, relay: OutboxRelay): Promise<Subscriptions> {
  const { config, reader } = deps;
  const limits = { maxBatchRecords: config.maxBatchRecords, maxBatchBytes: config.maxBatchBytes };
  const lanes = new Lanes(deps.clock, config.bulkYieldMs);
  const settle = createBatchHandler(deps, relay);
  const first = await reader.subscribe({
    ...limits,
    group: GROUPS.dedup,
    topics: [TOPICS.transcriptFingerprinted.name, TOPICS.transcriptRejected.name],
    onBatch: lanes.first(settle),
  });
  try {
    const topics = [TOPICS.transcriptFingerprintedBulk.name];
    const onBatch = lanes.bulk(settle);
    return { first, bulk: await reader.subscribe({ ...limits, group: GROUPS.dedupBulk, topics, onBatch }) };
  } catch (error) {
    await first.close();
    throw error;
  }
}

function createBatchHandler(deps: DedupDeps, relay: OutboxRelay): BatchHandler {
  const { config, stores, clock, metrics, logger } = deps;
  const deciding = {
    config,
    incidents: stores.incidents,
    clock,
    newId: deps.newId ?? createUuidSource(clock),
    signing: { algorithms: deps.algorithms ?? ALGORITHMS, versions: stores.algorithmVersions },
  };
  const stage = createDedupStage({
    ...deciding,
    onCommitted: (plan) => {
      countPlan(metrics, plan);
      if (plan.changes.length > 0) relay.wake();
    },
  });
  return runStage({
    stage,
    onPoison: async (poison) => {
      logger.warn(
        { records: poison.length, reason: poison[0]?.reason, detail: poison[0]?.detail },
        'records went to the dead letters',
      );
      await appendDeadLetters(deps.writer, poison);
      await accountDeadLetters(deciding, poison);
    },
    onBatch: (report) => countBatch(metrics, report),
    around: traceBatch('dedup'),
    clock,
  });
}

/** A sweep that is late makes no work wait: it shows, and does not count. */
function healthOf(
  logs: Readonly<Record<'log' | 'bulk', ReturnType<typeof checkSubscription>>>,
  relayError: string | null,
  sweeps: ReadonlyMap<string, RepeatedWork>,
): HealthReport {
  return {
    ready: logs.log.ok && logs.bulk.ok && relayError === null,
    checks: {
      ...logs,
      outbox: checkOf(relayError),
      ...Object.fromEntries([...sweeps].map(([name, sweep]) => [name, checkOf(sweep.lastError())])),
    },
  };
}

function checkOf(error: string | null): { readonly ok: boolean; readonly detail: string } {
  return { ok: error === null, detail: error ?? 'ok' };
}

function countPlan(metrics: Metrics, plan: DedupPlan): void {
  for (const { kind, outcome, count } of plan.ledger)
    if (kind === 'reading') metrics.count('oopstream_crashes_counted', count, { outcome });
  for (const [change, changes] of Map.groupBy(plan.changes, (one) => one.change))
    metrics.count('oopstream_incidents_changed', changes.length, { change });
}
