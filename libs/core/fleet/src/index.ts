export { DAY_MS, dayOf, openAliveMs, sumAlive } from './host-days';
export type { AliveTime, Build, HostLife, Sighting } from './host-days';
export { recordSightings } from './record-sightings';
export type { KnownSightings, SightingLimits, SightingOutcome, SightingPlan } from './record-sightings';
export { DEFAULT_CONFIDENCE, rate } from './rate';
export type { Rate } from './rate';
export type { Interval } from './interval';
export { gate } from './gate';
export type { Exposure, GateOptions, GateReason, GateResult, Verdict } from './gate';
export { findTurns } from './turns';
export type { BuildCount, Turn } from './turns';
export { findDirtyReboot, settleReboot } from './dirty-reboot';
export type {
  DirtyReboot,
  LastBoot,
  RebootCrash,
  RebootLimits,
  RebootState,
  RebootVerdict,
} from './dirty-reboot';
export { unusual } from './unusual';
export type { FacetCount, UnusualFacet } from './unusual';
export { attribute, SUSPECT_INCIDENTS } from './attribution';
export type { Attribution, AttributionEvidence, AttributionPart, AttributionResult } from './attribution';
export { spreadOf } from './spread';
export type { SpreadDay } from './spread';
export { UPTIME_BANDS } from './uptime-bands';
