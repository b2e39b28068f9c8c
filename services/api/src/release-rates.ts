import type { Rates, ReleaseRate } from '@oopstream/contracts';
import { DAY_MS, dayOf, findTurns, rate } from '@oopstream/core-fleet';
import { branchOf, compareReleases, parseRelease } from '@oopstream/core-release';
import type {
  CensusStore,
  CensusWindow,
  CrashCountRow,
  ExposureRow,
  IncidentRow,
  RebootStore,
} from '@oopstream/ports';
import { timeTextOrNull } from './time-text';

/** Most releases of one answer, those with the most host-days. */
export const MAX_RELEASES = 500;
const DEFAULT_DAYS = 30;

/** What both counted of one release. */
export interface CountedRelease {
  readonly release: string;
  readonly hostDays: number;
  readonly hosts: number;
  readonly crashes: CrashCountRow;
}

/** The days that are asked for, clipped to what has been; `null` where they end before they begin. */
export function readWindow(
  query: { readonly since?: string | undefined; readonly until?: string | undefined },
  nowMs: number,
): CensusWindow | null {
  const untilMs = Math.min(nowMs, query.until === undefined ? nowMs : Date.parse(query.until));
  const sinceMs =
    query.since === undefined ? dayOf(untilMs - DEFAULT_DAYS * DAY_MS) : Date.parse(query.since);
  return sinceMs < untilMs ? { sinceMs, untilMs } : null;
}

/**
 * Counts releases that ran in the window, and those on which the incident crashed. Hosts outside the census have no
 * host-days, so their crashes are in no rate.
 */
export async function countReleases(
  census: CensusStore,
  tenant: string,
  window: CensusWindow,
  asked: {
    readonly maxGapMs: number;
    readonly incident: IncidentRow | null;
    readonly releases: readonly string[] | null;
  },
): Promise<readonly CountedRelease[]> {
  const exposed = (await census.exposure(tenant, window, asked.maxGapMs, asked.releases)).slice(
    0,
    MAX_RELEASES,
  );
  const releases = asked.releases ?? exposed.map(({ release }) => release);
  const crashes = await census.crashes(
    tenant,
    window,
    asked.maxGapMs,
    asked.incident === null
      ? { incidentId: null, releases }
      : { incidentId: asked.incident.id, releases: asked.releases },
  );
  return join(exposed, crashes).slice(0, MAX_RELEASES);
}

function join(exposed: readonly ExposureRow[], crashes: readonly CrashCountRow[]): CountedRelease[] {
  const left = new Map(crashes.map((row) => [row.release, row]));
  const both = exposed.map(({ release, aliveMs, hosts }): CountedRelease => {
    const found = left.get(release) ?? noCrashes(release);
    left.delete(release);
    return { release, hostDays: aliveMs / DAY_MS, hosts, crashes: found };
  });
  return [...both, ...[...left.values()].map((row) => notExposed(row.release, row))];
}

/** A release on which the census saw nobody. */
export function notExposed(release: string, crashes = noCrashes(release)): CountedRelease {
  return { release, hostDays: 0, hosts: 0, crashes };
}

function noCrashes(release: string): CrashCountRow {
  return {
    release,
    fatal: 0,
    fatalHosts: 0,
    survived: 0,
    survivedHosts: 0,
    fatalOutside: 0,
    firstFatalAtMs: null,
    lastFatalAtMs: null,
  };
}

/** Reboots without a dump by the release that broke off. */
export async function countReboots(
  reboots: RebootStore,
  tenant: string,
  window: CensusWindow,
): Promise<ReadonlyMap<string | null, number>> {
  const counts = await reboots.countOpen(tenant, window);
  return new Map(counts.map((row) => [row.release, row.reboots]));
}

export function viewReleaseRate(
  counted: CountedRelease,
  confidence: number,
  rebooted: ReadonlyMap<string | null, number>,
): ReleaseRate {
  const { release, hostDays, hosts, crashes } = counted;
  const view = (count: number, crashed: number) => ({
    crashes: count,
    hosts: crashed,
    per1000HostDays: rate(count, hostDays, confidence),
    // A kernel may crash before its first heartbeat: such hosts are in no count of those that it was seen on.
    shareOfHosts: hosts === 0 ? null : Math.min(1, crashed / hosts),
  });
  return {
    release,
    branch: branchOfText(release),
    hostDays,
    hosts,
    fatal: view(crashes.fatal, crashes.fatalHosts),
    survived: view(crashes.survived, crashes.survivedHosts),
    fatalOutsideCensus: crashes.fatalOutside,
    dirtyReboots: rebooted.get(release) ?? 0,
    firstFatalAt: timeTextOrNull(crashes.firstFatalAtMs),
    lastFatalAt: timeTextOrNull(crashes.lastFatalAtMs),
  };
}

/** First bad and last good build by branch, from all crashes of an incident, survived ones too. */
export function turnsOf(counted: readonly CountedRelease[]): Rates['turns'] {
  const builds = counted.flatMap(({ release, hostDays, crashes: { fatal, survived, fatalOutside } }) => {
    const branch = branchOfText(release);
    const bad = fatal + survived + fatalOutside > 0;
    return branch === null ? [] : [{ release, branch, crashes: fatal + survived, bad, hostDays }];
  });
  return [...findTurns(builds, isBefore)];
}

function branchOfText(release: string): string | null {
  const parsed = parseRelease(release);
  return parsed === null ? null : branchOf(parsed);
}

function isBefore(one: string, other: string): boolean {
  const [left, right] = [parseRelease(one), parseRelease(other)];
  return left !== null && right !== null && compareReleases(left, right) === 'before';
}
