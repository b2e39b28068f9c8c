import { episodeOf, transition } from '@oopstream/core-incident';
import type {
  DedupPlan,
  FixRow,
  IncidentState,
  KnownCrash,
  PlannedEpisode,
  PlannedLink,
} from '@oopstream/core-incident';
import { BRANCHES, RELEASE_DAYS } from '../branches';
import type { Bug } from '../bug';
import { DAY_MS } from '../host';
import type { Failure } from '../failure';
import type { Fleet } from '../simulate-fleet';

/** What people have of the store. */
export interface IncidentDesk {
  readonly incidents: Map<string, IncidentState>;
  readonly crashes: ReadonlyMap<string, KnownCrash>;
  readonly life: { fixes: FixRow[]; applyEpisodes(episodes: readonly PlannedEpisode[]): void };
}

/**
 * The people of a fleet: they resolve a bug's incident by its commit as soon as the first branch has a release with it,
 * and enter into the fix table what each branch's release notes say, on the day they are out.
 */
export class FixingPeople {
  private readonly resolved = new Map<string, { readonly atMs: number; readonly incidentId: string }>();
  private readonly entered = new Set<string>();

  constructor(
    private readonly fleet: Fleet,
    private readonly desk: IncidentDesk,
    /** The failure that a crash shows, by the crash's id. */
    private readonly failureOf: ReadonlyMap<string, Failure>,
  ) {}

  /** When the bug's incident was resolved; `null`: it was not. */
  resolvedAtMs(bugId: string): number | null {
    return this.resolved.get(bugId)?.atMs ?? null;
  }

  /** The incident that was resolved for it. */
  incidentOf(bugId: string): string | null {
    return this.resolved.get(bugId)?.incidentId ?? null;
  }

  act(nowMs: number): void {
    for (const bug of this.fleet.world.bugs) {
      const fixes = fixesOf(bug).filter(({ day }) => this.fleet.world.startMs + day * DAY_MS <= nowMs);
      for (const { branch, release } of fixes) this.enter(bug, branch, release);
      if (fixes.length > 0 && !this.resolved.has(bug.id)) this.resolve(bug, nowMs);
    }
  }

  private enter(bug: Bug, branch: string, release: string): void {
    const id = `${bug.id} ${branch}`;
    if (this.entered.has(id)) return;
    this.entered.add(id);
    this.desk.life.fixes.push({ tenant: 'default', commit: commitOf(bug), release, livepatch: null });
  }

  /** The open incident that most of the bug's crashes are in. */
  private resolve(bug: Bug, nowMs: number): void {
    const counts = new Map<string, number>();
    for (const [crashId, failure] of this.failureOf) {
      const crash = failure.bugId === bug.id ? this.desk.crashes.get(crashId) : undefined;
      if (crash !== undefined && !crash.held)
        counts.set(crash.incidentId, (counts.get(crash.incidentId) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    const incident = most === undefined ? undefined : this.desk.incidents.get(most[0]);
    if (incident?.status !== 'open') return;
    const resolve = { kind: 'resolve', atMs: nowMs, by: 'token:people', release: null } as const;
    const result = transition(incident, { ...resolve, commit: commitOf(bug) });
    if (result.kind !== 'changed') return;
    this.desk.incidents.set(incident.id, result.incident);
    const closing = { atMs: nowMs, why: 'resolved', crashId: null };
    const episode = episodeOf(result.change, result.incident, closing);
    if (episode !== null) this.desk.life.applyEpisodes([episode]);
    this.resolved.set(bug.id, { atMs: nowMs, incidentId: incident.id });
  }
}

function commitOf(bug: Bug): string {
  return bug.id.replace(/\D/g, '').padStart(40, 'f');
}

function fixesOf(bug: Bug): { branch: string; release: string; day: number }[] {
  return BRANCHES.flatMap(({ name, releases }) => {
    const fixed = bug.onBranch[name]?.fixed ?? null;
    const release = fixed === null ? undefined : releases[fixed];
    return fixed === null || release === undefined
      ? []
      : [{ branch: name, release, day: fixed * RELEASE_DAYS }];
  });
}

export interface RegressionScore {
  /** Bugs that came back on a kernel that had their fix, after they were resolved. `grouped`: in the incident of theirs. */
  readonly expected: number;
  readonly told: number;
  /** Of those told, the right ones; 1 where none was told. */
  readonly precision: number;
  /** Of those expected, the told ones; 1 where none was. */
  readonly recall: number;
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

/**
 * Recurrences as they were told, against those that were true.
 *
 * @param grouped only crashes that are in the incident that people resolved for their bug, where that holds no other bug:
 * what is grouped wrongly is counted with the grouping
 */
export function scoreRegressions(
  { fleet, people, plans, failureOf, crashes }: RegressionRun,
  { grouped }: { readonly grouped: boolean },
): RegressionScore {
  const bugs = new Map(fleet.world.bugs.map((bug) => [bug.id, bug]));
  const isRegression = ({ bugId, host, release, occurredAtMs }: Failure): boolean => {
    const resolvedAtMs = people.resolvedAtMs(bugId);
    const regressed = bugs.get(bugId)?.onBranch[host.branch.name]?.regressed ?? null;
    return resolvedAtMs !== null && occurredAtMs > resolvedAtMs && regressed !== null && release >= regressed;
  };
  const alone = incidentsOfOneBug(failureOf, crashes);
  const counts = (failure: Failure | undefined, incidentId: string | undefined): boolean =>
    !grouped ||
    (failure !== undefined &&
      people.incidentOf(failure.bugId) === incidentId &&
      alone.get(incidentId ?? '') === failure.bugId);
  const expected = new Set(
    [...failureOf].flatMap(([id, failure]) =>
      isRegression(failure) && counts(failure, crashes.get(id)?.incidentId) ? [failure.bugId] : [],
    ),
  );
  const told = plans.flatMap(({ changes }) =>
    changes.flatMap(({ change, crash, incident }) => {
      const failure = failureOf.get(crash?.id ?? '');
      return change === 'recurred' && counts(failure, incident.id) ? [failure] : [];
    }),
  );
  const right = told.filter((failure) => failure !== undefined && isRegression(failure));
  const found = new Set(right.flatMap((failure) => failure?.bugId ?? []));
  return {
    expected: expected.size,
    told: told.length,
    precision: told.length === 0 ? 1 : right.length / told.length,
    recall:
      expected.size === 0 ? 1 : [...expected].filter((bugId) => found.has(bugId)).length / expected.size,
    wrong: told.flatMap((failure) =>
      failure !== undefined && isRegression(failure) ? [] : [failure?.id ?? '?'],
    ),
    missed: [...expected].filter((bugId) => !found.has(bugId)),
  };
}

/** The bug of each incident that holds crashes of one alone. */
function incidentsOfOneBug(
  failureOf: ReadonlyMap<string, Failure>,
  crashes: ReadonlyMap<string, KnownCrash>,
): Map<string, string | null> {
  const bugOf = new Map<string, string | null>();
  for (const [crashId, { bugId }] of failureOf) {
    const incidentId = crashes.get(crashId)?.incidentId;
    if (incidentId === undefined) continue;
    const before = bugOf.get(incidentId);
    bugOf.set(incidentId, before === undefined || before === bugId ? bugId : null);
  }
  return bugOf;
}

export interface RegressionRun {
  readonly fleet: Fleet;
  readonly people: FixingPeople;
  readonly plans: readonly DedupPlan[];
  readonly failureOf: ReadonlyMap<string, Failure>;
  readonly crashes: ReadonlyMap<string, KnownCrash>;
}

/** Keeps which failure each crash shows, as links come. */
export function followLinks(
  shown: ReadonlyMap<string, Failure>,
  links: ReadonlyMap<string, PlannedLink>,
  failureOf: Map<string, Failure>,
): void {
  for (const [key, { crashId }] of links) {
    const failure = shown.get(key);
    if (failure !== undefined) failureOf.set(crashId, failure);
  }
}
