export { decideSweep } from './decide-sweep';
export type { SweepPlan, SweepState } from './decide-sweep';
export { episodeNumber, episodeOf } from './episode';
export type { PlannedEpisode } from './episode';
export { escalationLimit, judgeEscalation } from './escalation';
export type { EscalationLimit, HourCount, Pulse, TrendStep } from './escalation';
export { MIN_COMMIT_DIGITS, isSameCommit, knownFix, parseCommit } from './fix-table';
export type { FixRow, KnownFix } from './fix-table';
export { NO_TRIAGE, TRENDS, newLife } from './incident-life';
export type {
  Escalation,
  IncidentFix,
  IncidentLife,
  LivingPart,
  Mute,
  Trend,
  Triage,
  UnorderedBranch,
} from './incident-life';
export { RETURN_REASONS, judgeReturn, loadedLivepatches } from './judge-return';
export type {
  ClosedIncident,
  HostLivepatches,
  ReturnReason,
  ReturnVerdict,
  ReturningCrash,
} from './judge-return';
export { NO_KNOWLEDGE } from './life-knowledge';
export type { LifeKnowledge } from './life-knowledge';
export { DEFAULT_LIFE_SETTINGS } from './life-settings';
export type { LifeSettings } from './life-settings';
export type { ChangeWhy } from './meet-crash';
export { obsoleteAfterMs } from './obsolescence';
export { SEVERITIES, SEVERITY_FLOORS, severityLevel, severityOf } from './severity';
export type { Severity, SeverityFacts, SeverityLevel, SeverityPart } from './severity';
export { incidentSeverity, withSeverity } from './with-severity';
export type { SeverityInput } from './with-severity';
