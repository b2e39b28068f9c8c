import { dayOf, findDirtyReboot, openAliveMs, recordSightings, sumAlive } from '@oopstream/core-fleet';
import type { AliveTime, KnownSightings, Sighting, SightingLimits } from '@oopstream/core-fleet';
import type { CensusStore, CensusWindow, CrashCountRow, Heartbeat, HostEnd, ReachRow } from '../census-store';
import { saidModules } from '../said-modules';
import { MemoryRebootStore } from './memory-reboot-store';

/** A crash as far as rates look at it. */
export interface CensusCrash {
  readonly tenant: string;
  readonly incidentId: string;
  readonly hostId: string;
  readonly release: string;
  readonly fatal: boolean;
  readonly atMs: number;
}

interface HostRow {
  known: KnownSightings;
  newest: Heartbeat | null;
  modules: readonly string[];
  /** Ends that no heartbeat took into account yet. */
  pendingEnds: readonly number[];
  /** Times of the first and last sighting on a release. */
  readonly releases: Map<string, { firstMs: number; lastMs: number }>;
}

const NEVER: KnownSightings = { floorMs: null, newestMs: null, sightings: [], ends: [] };

export class MemoryCensusStore implements CensusStore {
  readonly #hosts = new Map<string, Map<string, HostRow>>();
  readonly #alive = new Map<string, readonly AliveTime[]>();
  readonly #crashes: CensusCrash[] = [];
  readonly #transcripts = new Map<string, { tenant: string; hostId: string; atMs: number }>();

  constructor(private readonly reboots: MemoryRebootStore = new MemoryRebootStore()) {}

  /** A host sent a transcript. */
  addTranscript(tenant: string, hostId: string, atMs: number): void {
    this.#transcripts.set(JSON.stringify([tenant, hostId]), { tenant, hostId, atMs });
  }

  addCrash(crash: CensusCrash): void {
    this.#crashes.push(crash);
  }

  record(tenant: string, heartbeats: readonly Heartbeat[], limits: SightingLimits, nowMs: number) {
    const outcomes = new Map(
      [...Map.groupBy(heartbeats, ({ hostId }) => hostId)].map(([hostId, own]) => [
        hostId,
        [...this.#recordHost(tenant, hostId, own, limits, nowMs)],
      ]),
    );
    return Promise.resolve(heartbeats.map(({ hostId }) => outcomes.get(hostId)!.shift()!));
  }

  recordEnds(ends: readonly HostEnd[]) {
    for (const { tenant, hostId, atMs } of ends) {
      const rows = this.#rows(tenant);
      const row = rows.get(hostId) ?? newRow();
      rows.set(hostId, row);
      if (atMs !== null && !row.known.ends.includes(atMs)) row.pendingEnds = [...row.pendingEnds, atMs];
      this.reboots.check(tenant, hostId);
    }
    return Promise.resolve();
  }

  forgetEnds(beforeMs: number) {
    let gone = 0;
    for (const row of [...this.#hosts.values()].flatMap((rows) => [...rows.values()])) {
      const kept = new Set([...row.known.ends, ...row.pendingEnds].filter((atMs) => atMs >= beforeMs));
      gone += new Set([...row.known.ends, ...row.pendingEnds]).size - kept.size;
      row.known = { ...row.known, ends: row.known.ends.filter((atMs) => kept.has(atMs)) };
      row.pendingEnds = row.pendingEnds.filter((atMs) => kept.has(atMs));
    }
    return Promise.resolve(gone);
  }

  findHost(tenant: string, hostId: string) {
    const row = this.#rows(tenant).get(hostId);
    return Promise.resolve(
      row?.newest == null ? null : { ...row.newest, modules: row.modules, downAtMs: downMs(row) },
    );
  }

  countUnseen(tenant: string, sinceMs: number) {
    const unseen = [...this.#transcripts.values()].filter(
      (one) =>
        one.tenant === tenant &&
        one.atMs > sinceMs &&
        (this.#rows(tenant).get(one.hostId)?.newest ?? null) === null,
    );
    return Promise.resolve(unseen.length);
  }

  living(tenant: string, filter: Parameters<CensusStore['living']>[1]) {
    const counts = new Map<string, { hosts: Heartbeat[] }>();
    for (const row of this.#rows(tenant).values()) {
      const { newest } = row;
      if (newest === null || newest.atMs <= filter.seenAfterMs || downMs(row) !== null) continue;
      if ((filter.release ?? newest.build.release) !== newest.build.release) continue;
      if ((filter.model ?? newest.build.model) !== newest.build.model) continue;
      const key = JSON.stringify(newest.build);
      counts.set(key, { hosts: [...(counts.get(key)?.hosts ?? []), newest] });
    }
    const rows = [...counts.values()]
      .map(({ hosts }) => ({
        ...hosts[0]!.build,
        hosts: hosts.length,
        kdumpReady: hosts.filter((one) => one.kdumpReady === true).length,
        kdumpNotReady: hosts.filter((one) => one.kdumpReady === false).length,
      }))
      .sort((a, b) => b.hosts - a.hosts);
    const sumOf = (name: 'hosts' | 'kdumpReady' | 'kdumpNotReady') =>
      rows.reduce((sum, row) => sum + row[name], 0);
    return Promise.resolve({
      hosts: sumOf('hosts'),
      kdumpReady: sumOf('kdumpReady'),
      kdumpNotReady: sumOf('kdumpNotReady'),
      rows: rows.slice(0, filter.limit),
    });
  }

  exposure(tenant: string, window: CensusWindow, maxGapMs: number, releases: readonly string[] | null) {
    const aliveMs = new Map<string, number>();
    const hosts = new Map<string, number>();
    const add = (sums: Map<string, number>, release: string, more: number) => {
      if (more > 0 && releases?.includes(release) !== false)
        sums.set(release, (sums.get(release) ?? 0) + more);
    };
    for (const { dayMs, build, aliveMs: more } of this.#alive.get(tenant) ?? [])
      if (dayMs >= window.sinceMs && dayMs < window.untilMs) add(aliveMs, build.release, more);
    for (const row of this.#rows(tenant).values()) {
      const { newest, releases: seen } = row;
      if (newest !== null)
        add(aliveMs, newest.build.release, openAliveMs(newest.atMs, maxGapMs, window, downMs(row)));
      for (const [release, { firstMs, lastMs }] of seen)
        if (lastMs > window.sinceMs - maxGapMs && firstMs < window.untilMs) add(hosts, release, 1);
    }
    return Promise.resolve(
      [...aliveMs]
        .map(([release, sum]) => ({ release, aliveMs: sum, hosts: hosts.get(release) ?? 0 }))
        .sort((a, b) => b.aliveMs - a.aliveMs),
    );
  }

  crashes(tenant: string, window: CensusWindow, maxGapMs: number, of: Parameters<CensusStore['crashes']>[3]) {
    const within = this.#crashesIn(tenant, window).filter(
      (crash) =>
        (of.incidentId ?? crash.incidentId) === crash.incidentId &&
        of.releases?.includes(crash.release) !== false,
    );
    const byRelease = Map.groupBy(within, ({ release }) => release);
    return Promise.resolve([...byRelease].map(([release, own]) => this.#count(release, maxGapMs, own)));
  }

  reach(tenant: string, window: CensusWindow, maxGapMs: number, incidentId: string): Promise<ReachRow> {
    const own = this.#crashes.filter((one) => one.tenant === tenant && one.incidentId === incidentId);
    const inside = this.#crashesIn(tenant, window).filter(
      (crash) => crash.incidentId === incidentId && this.#isKnown(crash, maxGapMs),
    );
    const firstDays = [...Map.groupBy(own, ({ hostId }) => hostId).values()].map((crashes) =>
      dayOf(Math.min(...crashes.map(({ atMs }) => atMs))),
    );
    const fleet = [...this.#rows(tenant).values()].filter(({ releases }) =>
      [...releases.values()].some(
        ({ firstMs, lastMs }) => lastMs > window.sinceMs - maxGapMs && firstMs < window.untilMs,
      ),
    );
    return Promise.resolve({
      fleetHosts: fleet.length,
      fatalHosts: hostsOf(inside.filter(({ fatal }) => fatal)),
      crashedHosts: hostsOf(inside),
      firstHits: [...Map.groupBy(firstDays, (dayMs) => dayMs)]
        .map(([dayMs, hosts]) => ({ dayMs, hosts: hosts.length }))
        .sort((a, b) => a.dayMs - b.dayMs),
    });
  }

  #crashesIn(tenant: string, { sinceMs, untilMs }: CensusWindow): CensusCrash[] {
    return this.#crashes.filter(
      (crash) => crash.tenant === tenant && crash.atMs >= sinceMs && crash.atMs < untilMs,
    );
  }

  #isKnown({ tenant, hostId, release, atMs }: CensusCrash, maxGapMs: number): boolean {
    const releases = this.#rows(tenant).get(hostId)?.releases ?? new Map<string, never>();
    return [...releases].some(
      ([seen, { firstMs, lastMs }]) =>
        seen === release || (atMs >= firstMs - maxGapMs && atMs <= lastMs + maxGapMs),
    );
  }

  #count(release: string, maxGapMs: number, crashes: readonly CensusCrash[]): CrashCountRow {
    const inside = crashes.filter((crash) => this.#isKnown(crash, maxGapMs));
    const fatal = inside.filter((crash) => crash.fatal);
    const survived = inside.filter((crash) => !crash.fatal);
    const times = crashes.filter((crash) => crash.fatal).map(({ atMs }) => atMs);
    return {
      release,
      fatal: fatal.length,
      fatalHosts: hostsOf(fatal),
      survived: survived.length,
      survivedHosts: hostsOf(survived),
      fatalOutside: times.length - fatal.length,
      firstFatalAtMs: times.length === 0 ? null : Math.min(...times),
      lastFatalAtMs: times.length === 0 ? null : Math.max(...times),
    };
  }

  #recordHost(
    tenant: string,
    hostId: string,
    own: readonly Heartbeat[],
    limits: SightingLimits,
    nowMs: number,
  ) {
    const rows = this.#rows(tenant);
    const row = rows.get(hostId) ?? newRow();
    this.#noteReboots(tenant, row, own, nowMs);
    const plan = recordSightings(row.known, own, limits, nowMs, row.pendingEnds);
    const written = new Set<Sighting>(plan.sightings);
    const said = own.filter((one) => written.has(one));
    row.modules = saidModules(said, row.newest?.atMs ?? null) ?? row.modules;
    const merged = new Map([...row.known.sightings, ...plan.sightings].map((one) => [one.atMs, one]));
    row.known = {
      ...plan,
      sightings: [...merged.values()].sort((a, b) => a.atMs - b.atMs),
      ends: [...new Set([...row.known.ends, ...plan.ends])].sort((a, b) => a - b),
    };
    if (plan.newestMs !== null) row.pendingEnds = [];
    row.newest =
      own.findLast((one) => one.atMs === plan.newestMs && merged.get(one.atMs) === one) ?? row.newest;
    for (const { atMs, build } of plan.sightings) {
      const { firstMs = atMs, lastMs = atMs } = row.releases.get(build.release) ?? {};
      row.releases.set(build.release, { firstMs: Math.min(firstMs, atMs), lastMs: Math.max(lastMs, atMs) });
    }
    if (row.newest !== null) rows.set(hostId, row);
    this.#alive.set(tenant, sumAlive([...(this.#alive.get(tenant) ?? []), ...plan.alive]));
    return plan.outcomes;
  }

  #noteReboots(tenant: string, { newest }: HostRow, own: readonly Heartbeat[], nowMs: number): void {
    let known = newest;
    for (const heartbeat of own.toSorted((a, b) => a.atMs - b.atMs)) {
      const found = findDirtyReboot(
        heartbeat,
        known === null ? null : { ...known, release: known.build.release },
      );
      const { hostId, name } = heartbeat;
      if (found !== null) this.reboots.note(tenant, { ...found, hostId, hostName: name }, nowMs);
      if (known === null || heartbeat.atMs >= known.atMs) known = heartbeat;
    }
  }

  #rows(tenant: string): Map<string, HostRow> {
    const rows = this.#hosts.get(tenant) ?? new Map<string, HostRow>();
    this.#hosts.set(tenant, rows);
    return rows;
  }
}

function newRow(): HostRow {
  return { known: NEVER, newest: null, modules: [], pendingEnds: [], releases: new Map() };
}

function downMs({ known, newest, pendingEnds }: HostRow): number | null {
  const after = [...known.ends, ...pendingEnds].filter((atMs) => newest !== null && atMs >= newest.atMs);
  return after.length === 0 ? null : Math.min(...after);
}

function hostsOf(crashes: readonly CensusCrash[]): number {
  return new Set(crashes.map(({ hostId }) => hostId)).size;
}
