import type { DueDelivery } from './delivery-store';
import type { Publication } from './incident-store';

/** What was committed together with incident changes and waits to be handed on. All throw RetryableError `store-unavailable`. */
export interface OutboxStore {
  /**
   * Hands the oldest publications, in order, to `publish` and forgets them once that resolves; when it rejects, or the
   * process dies, they come again. One relay at a time: while another is at it, none are taken.
   * @returns how many went
   */
  publishNext(limit: number, publish: (rows: readonly Publication[]) => Promise<void>): Promise<number>;
  /** Open deliveries that were never handed to the job queue, oldest first. */
  findNotEnqueued(limit: number): Promise<readonly DueDelivery[]>;
  /** Rows not closed yet. */
  countOpen(): Promise<{ readonly publications: number; readonly deliveries: number }>;
}
