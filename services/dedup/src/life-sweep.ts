import { decideSweep } from '@oopstream/core-incident';
import type { SweepPlan } from '@oopstream/core-incident';
import { repeatWork } from '@oopstream/runtime';
import type { RepeatedWork } from '@oopstream/runtime';
import { lifeSettings } from './life-config';
import type { DedupDeps } from './deps';
import { renderOutbox } from './outbox-rows';

type SweepDeps = Pick<DedupDeps, 'config' | 'logger' | 'metrics' | 'clock'> & {
  readonly stores: Pick<DedupDeps['stores'], 'lifeStore'>;
  readonly newId: () => string;
  /** Told when a step left something to hand on. */
  readonly onTold: () => void;
};

/** Looks from time to time at incidents that something is due of: they are given up, escalate, calm down, speak again. */
export function startLifeSweep(deps: SweepDeps): RepeatedWork {
  return repeatWork({
    intervalMs: deps.config.lifeSweepMs,
    work: (isStopped) => sweepLives(deps, isStopped),
    onTrouble: (error) =>
      deps.logger.warn({ err: error }, 'the lives of incidents could not be looked at; they will again'),
  });
}

/** One sweep in small transactions, until nothing is due; none of it where another process is at it. */
export async function sweepLives(deps: SweepDeps, isStopped: () => boolean = () => false): Promise<void> {
  const limit = deps.config.lifeSweepRows;
  // An incident that is due again at once waits for the next sweep: this one comes to an end.
  const nowMs = deps.clock.nowMs();
  for (let isMore = true; isMore && !isStopped();) {
    const looked = await sweepStep(deps, nowMs, limit);
    isMore = looked === limit;
  }
}

/** @returns how many incidents were looked at */
async function sweepStep(deps: SweepDeps, nowMs: number, limit: number): Promise<number> {
  const { config, newId } = deps;
  const settings = lifeSettings(config);
  const livingMs = config.lifeLivingHours * 3_600_000;
  const step = await deps.stores.lifeStore.openStep({ nowMs, limit, settings, livingMs });
  if (step === null) return 0;
  try {
    const { incidents, endpoints } = step.state;
    if (incidents.length === 0) return 0;
    const plan = decideSweep(step.state, nowMs, settings);
    await step.commit(plan, renderOutbox(plan, endpoints, { consoleUrl: config.consoleUrl, newId }));
    countChanges(deps, plan);
    if (plan.changes.length > 0) deps.onTold();
    return incidents.length;
  } finally {
    await step.release();
  }
}

function countChanges({ metrics }: SweepDeps, { incidents, changes }: SweepPlan): void {
  metrics.count('oopstream_life_looks', incidents.length, {});
  for (const [change, told] of Map.groupBy(changes, (one) => one.change))
    metrics.count('oopstream_incidents_changed', told.length, { change });
}
