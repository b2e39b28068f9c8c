export type { Outcome } from './outcome';
export { DEFAULT_BREAKER_LIMITS, PoisonBreaker } from './poison-breaker';
export type { PoisonBreakerLimits } from './poison-breaker';
export type { BatchReport, PoisonRecord, Stage } from './stage';
export { runStage } from './stage-runner';
export type { StageRunnerOptions } from './stage-runner';
