/** Bounds on the work and the answer that one crash may cost, however much the text holds. */
export interface AnalysisLimits {
  /** Words that `rd` and `x` printed, all together, that are read as data: the first ones. */
  readonly maxMemoryWords: number;
  /** Members of structures, all together, that are compared with registers: the first ones. */
  readonly maxMembers: number;
  /** Words of one backtrace, innermost frame first, among which registers are looked for. */
  readonly maxStackWords: number;
  /** Lines of `dis` above the trapping one that say where its registers come from. */
  readonly maxListing: number;
  /** Lines of `dis` in all among which jumps are looked for; where there are more, nothing is said of what came before. */
  readonly maxInstructions: number;
  readonly maxFindings: number;
}

export const DEFAULT_ANALYSIS_LIMITS: AnalysisLimits = {
  maxMemoryWords: 4096,
  maxMembers: 8192,
  maxStackWords: 16_384,
  maxListing: 1024,
  maxInstructions: 16_384,
  maxFindings: 64,
};
