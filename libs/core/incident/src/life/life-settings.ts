const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Every limit of an incident's life. Times are milliseconds. */
export interface LifeSettings {
  /** An incident is `new`, or `regressed`, for so long. */
  readonly newForMs: number;
  readonly regressedForMs: number;
  /** Obsolescence: bounds of the quiet time, and the one for incidents with too few crashes to have a rate. */
  readonly obsoleteMinMs: number;
  readonly obsoleteMaxMs: number;
  readonly obsoleteFewMs: number;
  /** Below so many crashes an incident has no rate. */
  readonly obsoleteMinCrashes: number;
  /** History that hourly counts are compared with, at most. */
  readonly escalationHistoryMs: number;
  /** Fewer crashes in an hour never escalate. */
  readonly escalationMinCrashes: number;
  /** Escalation ends after so long below half of its limit. */
  readonly escalationCalmMs: number;
  /** Time between looks at an incident that crashes or escalates. */
  readonly escalationCheckMs: number;
  /** Share of the living fleet hit within the window that escalates; 0 to 1. */
  readonly shareLimit: number;
  readonly shareWindowMs: number;
  /** Fewer hosts hit, or a smaller living fleet, never escalate by share. */
  readonly shareMinHosts: number;
  readonly shareMinFleet: number;
}

export const DEFAULT_LIFE_SETTINGS: LifeSettings = {
  newForMs: 7 * DAY_MS,
  regressedForMs: 7 * DAY_MS,
  obsoleteMinMs: 14 * DAY_MS,
  obsoleteMaxMs: 100 * DAY_MS,
  obsoleteFewMs: 80 * DAY_MS,
  obsoleteMinCrashes: 10,
  escalationHistoryMs: 14 * DAY_MS,
  escalationMinCrashes: 10,
  escalationCalmMs: DAY_MS,
  escalationCheckMs: 10 * 60_000,
  shareLimit: 0.01,
  shareWindowMs: DAY_MS,
  shareMinHosts: 5,
  shareMinFleet: 100,
};
