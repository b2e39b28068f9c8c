import type { SubscriptionHealth } from '@oopstream/ports';

/**
 * Judges a subscription for {@link HealthReport}: ready while it polls and makes progress, not while it merely exists.
 * A member that holds no partition is ready: others hold them.
 *
 * @param stallAfterMs without progress for longer, it counts as stuck.
 */
export function checkSubscription(
  health: SubscriptionHealth,
  nowMs: number,
  stallAfterMs: number,
): { readonly ok: boolean; readonly detail: string } {
  const quietMs = health.lastProgressAtMs === null ? null : nowMs - health.lastProgressAtMs;
  const isStuck = health.state === 'running' && quietMs !== null && quietMs > stallAfterMs;
  const words = [
    isStuck ? 'stuck' : health.state,
    `${health.assignedPartitions} partitions`,
    quietMs === null ? 'no progress yet' : `progress ${quietMs} ms ago`,
    ...(health.offsetResets === 0 ? [] : [`${health.offsetResets} offset resets`]),
    ...(health.lastError === null ? [] : [health.lastError]),
  ];
  return { ok: health.state === 'running' && !isStuck, detail: words.join(', ') };
}
