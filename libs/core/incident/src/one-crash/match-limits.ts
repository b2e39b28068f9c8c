/** How far copies of one crash are looked for. */
export interface CrashMatchLimits {
  /** A text received longer after a crash, or before it, is not compared with it: but by bundle and boot id. */
  readonly windowMs: number;
  /** The same for these: months further back are not looked into, so that their indexes need no memory. */
  readonly bootWindowMs: number;
  /** Crashes of a host that one reading is compared with by each kind of evidence, the latest first. */
  readonly maxCandidates: number;
  /** Whether a text that knows no time counts as a copy of the nearest crash of its key: see `findTimeless`. */
  readonly timeless: boolean;
}

export const CRASH_MATCH_LIMITS: CrashMatchLimits = {
  windowMs: 30 * 86_400_000,
  bootWindowMs: 60 * 86_400_000,
  maxCandidates: 50,
  timeless: true,
};
