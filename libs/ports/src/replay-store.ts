import type { ReplayAct, ReplayDiff, ReplayRange, ReplayState } from '@oopstream/core-incident';

/** A replay as it stands. */
export interface ReplayRun {
  /** UUID. */
  readonly id: string;
  readonly tenant: string;
  readonly range: ReplayRange;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly readerVersion: number;
  readonly state: ReplayState;
  /** Crashes of the range when it began. */
  readonly crashesTotal: number;
  /** Crashes signed again so far; those that came since count too. */
  readonly crashesDone: number;
  readonly bodiesRead: number;
  readonly bodiesMissing: number;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly switchedAtMs: number | null;
  /** Why it is where it is: a slug, `null` where there is nothing to say. */
  readonly reason: string | null;
  /** What the reason is about. */
  readonly detail: string | null;
}

export interface NewReplay {
  readonly id: string;
  readonly tenant: string;
  readonly range: ReplayRange;
  readonly toVersion: number;
  readonly readerVersion: number;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

export type ReplayActResult =
  | { readonly kind: 'changed'; readonly run: ReplayRun }
  /** Not in this state. */
  | { readonly kind: 'illegal'; readonly state: ReplayState }
  /** Part of a tenant cannot go over to another algorithm. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'unknown' };

/** Replays as people see them. What they ask for is done by whoever runs replays. Adapters: PostgreSQL, memory (tests). */
export interface ReplayStore {
  /** @returns `busy` with the id of the tenant's replay that is not done yet: one at a time */
  plan(
    replay: NewReplay,
  ): Promise<
    { readonly kind: 'planned'; readonly run: ReplayRun } | { readonly kind: 'busy'; readonly id: string }
  >;
  /** Newest first. */
  list(tenant: string, limit: number): Promise<readonly ReplayRun[]>;
  find(tenant: string, id: string): Promise<ReplayRun | null>;
  /** @returns `null` while there is none */
  diff(tenant: string, id: string): Promise<ReplayDiff | null>;
  /** Approves, cancels, or asks for a switch over or for its taking back. Leaves a line in the audit. */
  act(
    tenant: string,
    id: string,
    act: ReplayAct,
    by: { readonly actor: string; readonly atMs: number },
  ): Promise<ReplayActResult>;
}

/**
 * The algorithm by which each tenant's crashes are signed. A tenant that nobody decided about goes by the newest where it
 * has no incident yet, else by the first: a replay takes it over to another.
 */
export interface AlgorithmStore {
  /** @returns a version for each tenant given */
  activeVersions(tenants: readonly string[], newest: number): Promise<ReadonlyMap<string, number>>;
}
