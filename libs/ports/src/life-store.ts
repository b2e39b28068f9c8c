import type { LifeSettings, PlannedEpisode, SweepPlan, SweepState } from '@oopstream/core-incident';
import type { OutboxRows } from './incident-store';

export interface SweepOptions {
  readonly nowMs: number;
  /** Incidents of one step, at most. */
  readonly limit: number;
  /** What looks back, and how far. */
  readonly settings: LifeSettings;
  /** A host that was not seen for so long is not living. */
  readonly livingMs: number;
}

/** One step's transaction: its incidents are locked until it ends. */
export interface LifeStep {
  readonly state: SweepState;
  /** Applies the plan and ends the transaction. @throws RetryableError `store-unavailable` */
  commit(plan: SweepPlan, outbox: OutboxRows): Promise<void>;
  /** Lets go of what was not committed. Never throws; safe after `commit` and when called twice. */
  release(): Promise<void>;
}

/** Where the life sweep finds what is due. */
export interface LifeStore {
  /**
   * Takes the incidents that are due, longest due first; those that somebody else holds are left for the next step.
   * @returns `null` while another process sweeps
   * @throws RetryableError `store-unavailable`
   */
  openStep(options: SweepOptions): Promise<LifeStep | null>;
}

export interface EpisodeRow extends Omit<PlannedEpisode, 'tenant' | 'incidentId' | 'opened'> {
  readonly opened: Omit<NonNullable<PlannedEpisode['opened']>, 'crashesBefore'>;
  /** Counted from its opening to the next one's. */
  readonly crashes: number;
}
