import type { Clock, SubscriptionHealth } from '@oopstream/ports';

/** What a subscription tells of itself; written by those who run it. */
export class SubscriptionStatus {
  #state: SubscriptionHealth['state'] = 'starting';
  #assignedPartitions = 0;
  #lastProgressAtMs: number | null = null;
  #offsetResets = 0;
  #lastError: string | null = null;

  constructor(private readonly clock: Clock) {}

  health(): SubscriptionHealth {
    return {
      state: this.#state,
      assignedPartitions: this.#assignedPartitions,
      lastProgressAtMs: this.#lastProgressAtMs,
      offsetResets: this.#offsetResets,
      lastError: this.#lastError,
    };
  }

  joined(partitions: number): void {
    this.#assignedPartitions = partitions;
    this.#state = 'running';
    this.progressed();
  }

  /** A poll answered; says nothing of a batch that is being retried. */
  progressed(): void {
    this.#lastProgressAtMs = this.clock.nowMs();
  }

  finishedBatch(): void {
    this.#state = 'running';
    this.#lastError = null;
    this.progressed();
  }

  retrying(error: unknown): void {
    this.#state = 'recovering';
    this.#lastError = describe(error);
  }

  lostTheLog(error: unknown): void {
    this.retrying(error);
    this.#assignedPartitions = 0;
  }

  countReset(): void {
    this.#offsetResets += 1;
  }

  ended(failure: unknown): void {
    this.#assignedPartitions = 0;
    this.#state = failure === null ? 'closed' : 'failed';
    if (failure !== null) this.#lastError = describe(failure);
  }
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
