import type { SubscriptionHealth } from '@oopstream/ports';
import { checkSubscription } from './subscription-check';

const running: SubscriptionHealth = {
  state: 'running',
  assignedPartitions: 3,
  lastProgressAtMs: 1_000,
  offsetResets: 0,
  lastError: null,
};

describe('checkSubscription', () => {
  it.each([
    [running, 1_500, true, 'running, 3 partitions, progress 500 ms ago'],
    [running, 2_001, false, 'stuck, 3 partitions, progress 1001 ms ago'],
    [
      { ...running, assignedPartitions: 0, lastProgressAtMs: null },
      9_999,
      true,
      'running, 0 partitions, no progress yet',
    ],
    [
      { ...running, state: 'recovering', lastError: 'log away' },
      1_000,
      false,
      'recovering, 3 partitions, progress 0 ms ago, log away',
    ],
    [{ ...running, state: 'failed' }, 1_000, false, 'failed, 3 partitions, progress 0 ms ago'],
    [
      { ...running, offsetResets: 2 },
      1_000,
      true,
      'running, 3 partitions, progress 0 ms ago, 2 offset resets',
    ],
  ] as const)('of %j at %d: %s, %s', (health, nowMs, ok, detail) => {
    expect(checkSubscription(health, nowMs, 1_000)).toEqual({ ok, detail });
  });
});
