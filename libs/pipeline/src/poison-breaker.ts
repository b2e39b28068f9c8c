import { FatalError } from '@oopstream/ports';

export interface PoisonBreakerLimits {
  /** Share of messages, 0 to 1, above which the stage stops. */
  readonly share: number;
  /** Messages looked back on; nothing trips before that many were seen. */
  readonly window: number;
}

export const DEFAULT_BREAKER_LIMITS: PoisonBreakerLimits = { share: 0.5, window: 200 };

/**
 * Stops a stage of which too many messages fail in decode or by a throw in decide: a bad release must not empty a
 * topic into the dead letters. What a stage itself returns as poison is a noisy host's doing and is not counted.
 */
export class PoisonBreaker {
  private readonly batches: { consumed: number; failed: number }[] = [];
  private consumed = 0;
  private failed = 0;

  constructor(private readonly limits: PoisonBreakerLimits = DEFAULT_BREAKER_LIMITS) {}

  /** @throws FatalError `poison-share` before anything of the batch is committed. */
  observe(consumed: number, failed: number): void {
    this.batches.push({ consumed, failed });
    this.consumed += consumed;
    this.failed += failed;
    while (this.batches.length > 1 && this.consumed - this.batches[0]!.consumed >= this.limits.window) {
      const oldest = this.batches.shift()!;
      this.consumed -= oldest.consumed;
      this.failed -= oldest.failed;
    }
    if (this.consumed >= this.limits.window && this.failed > this.limits.share * this.consumed)
      throw new FatalError(
        'poison-share',
        `${this.failed} of the last ${this.consumed} messages could not be processed: stopping before the topic empties into the dead letters`,
      );
  }
}
