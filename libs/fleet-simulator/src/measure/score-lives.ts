import { DEFAULT_LIFE_SETTINGS, episodeNumber } from '@oopstream/core-incident';
import type { IncidentState, KnownCrash, PlannedChange } from '@oopstream/core-incident';
import type { Failure } from '../failure';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Texts of a failure that only the next boot brings come so much later. */
const LATE_MS = 2 * DAY_MS;

export interface LifeRun {
  readonly failures: readonly Failure[];
  /** The failure that a crash shows, by the crash's id. */
  readonly failureOf: ReadonlyMap<string, Failure>;
  readonly crashes: ReadonlyMap<string, KnownCrash>;
  readonly incidents: ReadonlyMap<string, IncidentState>;
  /** What sweeps told. */
  readonly changes: readonly PlannedChange[];
  episodesOf(
    incidentId: string,
  ): readonly { readonly number: number; readonly closed: { readonly atMs: number } | null }[];
}

export interface LifeScore {
  /** Hours in which one bug took down as many as escalate, and those that were told. */
  readonly storms: number;
  readonly stormsSeen: number;
  readonly escalations: number;
  /** Escalations that nothing true has caused since the one before: numbers of the incidents. */
  readonly flapping: readonly number[];
  readonly obsoleted: number;
  /** Given up, though its bug failed again later. */
  readonly obsoletedAlive: readonly number[];
  /** Incidents whose episodes are not 1, 2, 3 …, closed but for the last. */
  readonly misnumbered: readonly number[];
  /** Incidents that came back at least once. */
  readonly laterEpisodes: number;
}

/** What was told of incidents' lives, against the failures that were. */
export function scoreLives(run: LifeRun): LifeScore {
  const bugsOf = bugsByIncident(run);
  const byBug = Map.groupBy(run.failures, ({ bugId }) => bugId);
  const failuresOf = (incidentId: string): Failure[] =>
    [...(bugsOf.get(incidentId) ?? [])].flatMap((bugId) => byBug.get(bugId) ?? []);
  const escalated = run.changes.filter(({ change }) => change === 'escalated');
  const obsoleted = run.changes.filter(({ change }) => change === 'obsoleted');
  const storms = [...byBug].flatMap(([bugId, own]) => stormsOf(own).map((atMs) => ({ bugId, atMs })));
  const back = [...run.incidents.values()].filter(({ recurrences }) => recurrences > 0);
  return {
    storms: storms.length,
    stormsSeen: storms.filter(({ bugId, atMs }) =>
      escalated.some(
        (told) =>
          bugsOf.get(told.incident.id)?.has(bugId) === true &&
          told.atMs >= atMs &&
          told.atMs <= atMs + LATE_MS,
      ),
    ).length,
    escalations: escalated.length,
    flapping: escalated
      .filter((told, n) => {
        const before = escalated.slice(0, n).findLast(({ incident }) => incident.id === told.incident.id);
        return !isCaused(failuresOf(told.incident.id), before?.atMs ?? 0, told.atMs);
      })
      .map(({ incident }) => incident.number),
    obsoleted: obsoleted.length,
    obsoletedAlive: obsoleted
      .filter(({ atMs, incident }) => failuresOf(incident.id).some((one) => one.occurredAtMs > atMs))
      .map(({ incident }) => incident.number),
    misnumbered: [...run.incidents.values()]
      .filter((incident) => !isNumbered(run.episodesOf(incident.id), incident))
      .map(({ number }) => number),
    laterEpisodes: back.length,
  };
}

function bugsByIncident({ failureOf, crashes }: LifeRun): Map<string, Set<string>> {
  const bugs = new Map<string, Set<string>>();
  for (const [crashId, { bugId }] of failureOf) {
    const id = crashes.get(crashId)?.incidentId;
    if (id !== undefined) bugs.set(id, (bugs.get(id) ?? new Set<string>()).add(bugId));
  }
  return bugs;
}

/** Begins of the hours with as many failures as escalate, each at least two days after the one before. */
function stormsOf(failures: readonly Failure[]): number[] {
  const byHour = Map.groupBy(failures, ({ occurredAtMs }) => Math.floor(occurredAtMs / HOUR_MS) * HOUR_MS);
  const hours = [...byHour].filter(([, own]) => own.length >= DEFAULT_LIFE_SETTINGS.escalationMinCrashes);
  return hours
    .map(([hourMs]) => hourMs)
    .sort((a, b) => a - b)
    .filter((hourMs, n, all) => n === 0 || hourMs - (all[n - 1] ?? 0) > LATE_MS);
}

/** Whether a day between both had as many failures, or hosts that failed, as escalate. */
function isCaused(failures: readonly Failure[], afterMs: number, atMs: number): boolean {
  const { escalationMinCrashes, shareMinHosts, shareWindowMs } = DEFAULT_LIFE_SETTINGS;
  const near = failures.filter(
    ({ occurredAtMs }) =>
      occurredAtMs > Math.max(afterMs, atMs - LATE_MS) - shareWindowMs && occurredAtMs <= atMs,
  );
  return near.some(({ occurredAtMs: fromMs }) => {
    const day = near.filter((one) => one.occurredAtMs >= fromMs && one.occurredAtMs < fromMs + shareWindowMs);
    return (
      day.length >= escalationMinCrashes || new Set(day.map(({ host }) => host.id)).size >= shareMinHosts
    );
  });
}

function isNumbered(episodes: ReturnType<LifeRun['episodesOf']>, incident: IncidentState): boolean {
  if (episodes.length !== episodeNumber(incident)) return false;
  return episodes.every(({ number, closed }, n) => {
    const isLast = n === episodes.length - 1;
    return number === n + 1 && (closed === null) === (isLast && incident.status === 'open');
  });
}
