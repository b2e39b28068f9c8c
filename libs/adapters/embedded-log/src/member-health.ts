import type { Clock, SubscriptionHealth } from '@oopstream/ports';
import type { Leases } from './leases';

/** What a member tells of itself. */
export class MemberHealth {
  #state: 'starting' | 'at-work' | 'closed' | 'failed' = 'starting';
  #hasLog = true;
  #lastProgressAtMs: number | null = null;
  #lastError: string | null = null;
  #offsetResets = 0;

  constructor(readonly clock: Clock) {}

  reachesLog(): void {
    this.#state = 'at-work';
    this.#hasLog = true;
  }

  losesLog(error: unknown): void {
    this.#hasLog = false;
    this.#lastError = String(error);
  }

  /** A poll that found us idle, a finished batch, or a batch that says it goes on. */
  progressed(): void {
    this.#lastProgressAtMs = this.clock.nowMs();
  }

  failed(error: unknown): void {
    this.#lastError = String(error);
  }

  reset(): void {
    this.#offsetResets += 1;
  }

  end(state: 'closed' | 'failed'): void {
    this.#state = state;
  }

  report(leases: Leases): SubscriptionHealth {
    const hasEnded = this.#state === 'closed' || this.#state === 'failed';
    const isWell =
      this.#hasLog && leases.strayBatches === 0 && leases.held.every((held) => held.failures === 0);
    return {
      state: this.#state !== 'at-work' ? this.#state : isWell ? 'running' : 'recovering',
      assignedPartitions: hasEnded ? 0 : leases.held.length,
      lastProgressAtMs: this.#lastProgressAtMs,
      offsetResets: this.#offsetResets,
      lastError: isWell && this.#state !== 'failed' ? null : this.#lastError,
    };
  }
}
