export const TRENDS = ['new', 'ongoing', 'escalating', 'regressed'] as const;
/** How an open incident goes; a closed one keeps the last. */
export type Trend = (typeof TRENDS)[number];

/** What is said to fix an incident. Only what is said: a fix in one branch says nothing of another. */
export interface IncidentFix {
  /** The first fixed release of a branch each, as `uname -r` says. */
  readonly releases: readonly string[];
  /** Commit that fixes it; the fix table knows in which releases that is. */
  readonly commit: string | null;
  /** Names of livepatches that carry the fix. */
  readonly livepatches: readonly string[];
}

/** Nobody is called meanwhile. Ends with the first condition that comes true; at least one is set. */
export interface Mute {
  readonly atMs: number;
  readonly by: string;
  readonly untilMs: number | null;
  /** Crashes of the incident, in total, at which it ends. */
  readonly crashes: number | null;
  /** Hosts of the incident, in total, at which it ends. */
  readonly hosts: number | null;
  /** Ends with a crash on this release, or on one that has all of it. */
  readonly release: string | null;
}

export interface Triage {
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly assignee: string | null;
  readonly mute: Mute | null;
}

/** Why an incident escalates. The limit is that of the beginning: what goes on must not become its own measure. */
export interface Escalation {
  readonly sinceMs: number;
  readonly rule: 'spike' | 'bursty' | 'young' | 'share';
  /** Crashes an hour, or for `share` the share of the fleet. */
  readonly limit: number;
  /** Since when it has been below half of the limit; `null` while it is not. */
  readonly calmSinceMs: number | null;
}

/** Crashes after the resolve on a branch of which nobody said whether it has the fix. */
export interface UnorderedBranch {
  /** As `branchOf` names it; the release itself where it is none; empty where the crash has no release. */
  readonly branch: string;
  /** The latest of the branch that crashed. */
  readonly release: string | null;
  readonly reason: string;
  readonly crashId: string;
  readonly crashTimeMs: number;
  readonly livepatches: readonly string[] | null;
  readonly crashes: number;
}

/** What the machine keeps in mind of an incident's life. */
export interface IncidentLife {
  /** Of the present opening: its episode's, or a person's reopening. */
  readonly openSinceMs: number;
  readonly trendSinceMs: number;
  readonly escalation: Escalation | null;
  readonly unordered: readonly UnorderedBranch[];
  /** Share of the living fleet that it hit within the window, as last looked; `null` where the fleet is too small or unknown. */
  readonly fleetShare: number | null;
}

/** The part of an incident that has to do with its life; all of it is stored with the incident. */
export interface LivingPart {
  readonly trend: Trend;
  /** Score of `severityOf`, 0 to 100. */
  readonly severity: number;
  readonly triage: Triage;
  /** `null` while open, and for a resolve that named none. */
  readonly fix: IncidentFix | null;
  readonly life: IncidentLife;
  /** When the life sweep has to look again; `null`: not at all. */
  readonly dueAtMs: number | null;
}

export const NO_TRIAGE: Triage = {
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  assignee: null,
  mute: null,
};

/** @returns the life of an incident that opens now. */
export function newLife(nowMs: number): LivingPart {
  return {
    trend: 'new',
    severity: 0,
    triage: NO_TRIAGE,
    fix: null,
    life: { openSinceMs: nowMs, trendSinceMs: nowMs, escalation: null, unordered: [], fleetShare: null },
    dueAtMs: nowMs,
  };
}

/** Branches that an incident remembers as unordered; more are counted, not named. */
export const MAX_UNORDERED = 20;
