import type { DirtyReboot, RebootCrash, RebootState, RebootVerdict } from '@oopstream/core-fleet';
import type { CensusWindow } from './census-store';
import type { OutboxDelivery } from './delivery-store';
import type { Page, PageKey } from './incident-queries';

/** A host that came back after a boot that broke off, as it is stored. */
export interface RebootRow extends DirtyReboot {
  /** UUID. */
  readonly id: string;
  readonly tenant: string;
  readonly hostId: string;
  readonly hostName: string | null;
  readonly recordedAtMs: number;
  readonly state: RebootState;
  /** The crash that explains it. */
  readonly crashId: string | null;
  /** When it last changed its state; `null` while it waits. */
  readonly settledAtMs: number | null;
}

export interface DueReboot {
  readonly reboot: RebootRow;
  /** Fatal ones of its host that may be it, newest first, at most 50. */
  readonly crashes: readonly RebootCrash[];
}

export interface SettledReboots {
  readonly verdicts: readonly (RebootVerdict & { readonly id: string })[];
  readonly deliveries: readonly OutboxDelivery[];
}

/** What a sweep came to. */
export interface SweptReboots {
  readonly due: number;
  readonly opened: number;
  readonly explained: number;
}

/** Every filter given must hold; `null` does not filter. */
export interface RebootFilter {
  readonly state: RebootState | null;
  readonly hostId: string | null;
  readonly release: string | null;
  /** Back again in `[sinceMs, untilMs)`. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

/** Reboots without a dump by the release that broke off; `release` is `null` where it is not known. */
export interface RebootCount {
  readonly release: string | null;
  readonly reboots: number;
  readonly hosts: number;
}

/**
 * Dirty reboots: heartbeats record them ({@link CensusStore.record}), a sweep settles them. All throw RetryableError
 * `store-unavailable`.
 */
export interface RebootStore {
  /**
   * Hands reboots that are due, at most `limit`, to `decide`, and writes what it says and whom to tell in one transaction.
   * @param slackMs how much before it was last seen alive a crash may lie. @returns `null` while another process is at it
   */
  settle(
    nowMs: number,
    limit: number,
    slackMs: number,
    decide: (
      due: readonly DueReboot[],
      endpoints: readonly { readonly tenant: string; readonly id: string }[],
    ) => SettledReboots,
  ): Promise<SweptReboots | null>;
  /** The newest first, by when they were back. */
  list(tenant: string, filter: RebootFilter, limit: number, after: PageKey | null): Promise<Page<RebootRow>>;
  /** Deletes those that were back before. @returns how many */
  forget(beforeMs: number): Promise<number>;
  /** Those that are open, by release; most first. */
  countOpen(tenant: string, window: CensusWindow): Promise<readonly RebootCount[]>;
}
