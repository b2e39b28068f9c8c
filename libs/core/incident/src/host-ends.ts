import type { DedupPlan } from './dedup-plan';

/** When hosts died, as a batch's crashes say. */
export interface CrashEnd {
  readonly tenant: string;
  readonly hostId: string;
  /** `null` where neither text nor sender knew. */
  readonly atMs: number | null;
}

/** The ends of hosts that a plan's fatal crashes tell of, new ones and those whose better copy knows better. */
export function crashEnds(plan: Pick<DedupPlan, 'crashes'>): readonly CrashEnd[] {
  const ends = new Map<string, CrashEnd>();
  for (const { tenant, hostId, fatal, primary } of plan.crashes) {
    if (!fatal || primary === null) continue;
    const end = { tenant, hostId, atMs: primary.occurredAtMs };
    ends.set(JSON.stringify(Object.values(end)), end);
  }
  return [...ends.values()];
}
