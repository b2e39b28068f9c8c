/** When an incident is in a storm, and which bodies are kept then. */
export interface StormRules {
  /** Transcripts of one incident within a window that make it a storm. */
  readonly stormTranscripts: number;
  /** Milliseconds. A storm is over after a whole window with fewer. */
  readonly windowMs: number;
  /** The newest bodies kept while it lasts, at any time. */
  readonly newestKept: number;
  /** Host models and titles of which the first body is kept too; what comes beyond is one of the others. */
  readonly classesKept: number;
}

/** What one minute may bring of one bug before bodies are worth sampling: a rack, not a fleet. */
export const STORM_RULES: StormRules = {
  stormTranscripts: 200,
  windowMs: 60_000,
  newestKept: 20,
  classesKept: 100,
};
