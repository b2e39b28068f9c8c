import { setTimeout as wait } from 'node:timers/promises';
import { RetryableError } from '@oopstream/ports';
import type { BatchContext, BatchHandler, Clock } from '@oopstream/ports';

/** Time between looks of a batch that waits; it says each time that it still lives. */
const LOOK_MS = 20;

/**
 * Keeps a storm's bulk behind everything else: one batch of it at a time, begun while nothing else is under way, or
 * after it gave way for `bulkYieldMs`, so that steady other work does not stop it for good. What a batch writes is held together
 * by the store's locks, whatever the lane; this is about who waits.
 */
export class Lanes {
  private urgent = 0;
  private isBulkTaken = false;

  constructor(
    private readonly clock: Clock,
    private readonly bulkYieldMs: number,
  ) {}

  /** Never waits. */
  first(run: BatchHandler): BatchHandler {
    return async (records, context) => {
      this.urgent += 1;
      try {
        await run(records, context);
      } finally {
        this.urgent -= 1;
      }
    };
  }

  /** Gives way to what {@link first} has. */
  bulk(run: BatchHandler): BatchHandler {
    return async (records, context) => {
      await this.takeBulk(context);
      try {
        await run(records, context);
      } finally {
        this.isBulkTaken = false;
      }
    };
  }

  private async takeBulk(context: BatchContext): Promise<void> {
    const untilMs = this.clock.nowMs() + this.bulkYieldMs;
    while (this.isBulkTaken || (this.urgent > 0 && this.clock.nowMs() < untilMs)) {
      if (context.signal.aborted)
        throw new RetryableError('batch-aborted', 'the partition is lost, or we are closing');
      await context.heartbeat();
      await wait(LOOK_MS);
    }
    this.isBulkTaken = true;
  }
}
