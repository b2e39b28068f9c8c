import { openAliveMs, recordSightings, sumAlive } from '@oopstream/core-fleet';
import type { AliveTime, KnownSightings, SightingLimits } from '@oopstream/core-fleet';
import type { CensusStore, CensusWindow, CrashCountRow, Heartbeat } from '../census-store';

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
  /** Times of the first and last sighting on a release. */
  readonly releases: Map<string, { firstMs: number; lastMs: number }>;
}

const NEVER: KnownSightings = { floorMs: null, newestMs: null, sightings: [] };

export class MemoryCensusStore implements CensusStore {
  readonly #hosts = new Map<string, Map<string, HostRow>>();
  readonly #alive = new Map<string, readonly AliveTime[]>();
  readonly #crashes: CensusCrash[] = [];

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

  findHost(tenant: string, hostId: string) {
    return Promise.resolve(this.#rows(tenant).get(hostId)?.newest ?? null);
  }

  living(tenant: string, filter: Parameters<CensusStore['living']>[1]) {
    const counts = new Map<string, { hosts: Heartbeat[] }>();
    for (const { newest } of this.#rows(tenant).values()) {
      if (newest === null || newest.atMs <= filter.seenAfterMs) continue;
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
    const hosts = rows.reduce((sum, row) => sum + row.hosts, 0);
    return Promise.resolve({ hosts, rows: rows.slice(0, filter.limit) });
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
    for (const { newest, releases: seen } of this.#rows(tenant).values()) {
      if (newest !== null) add(aliveMs, newest.build.release, openAliveMs(newest.atMs, maxGapMs, window));
      for (const [release, { firstMs, lastMs }] of seen)
        if (lastMs > window.sinceMs - maxGapMs && firstMs < window.untilMs) add(hosts, release, 1);
    }
    return Promise.resolve(
      [...aliveMs]
        .map(([release, sum]) => ({ release, aliveMs: sum, hosts: hosts.get(release) ?? 0 }))
        .sort((a, b) => b.aliveMs - a.aliveMs),
    );
  }

  crashes(tenant: string, window: CensusWindow, of: Parameters<CensusStore['crashes']>[2]) {
    const within = this.#crashes.filter(
      (crash) =>
        crash.tenant === tenant &&
        crash.atMs >= window.sinceMs &&
        crash.atMs < window.untilMs &&
        (of.incidentId ?? crash.incidentId) === crash.incidentId &&
        of.releases?.includes(crash.release) !== false,
    );
    const releases = [...new Set(within.map(({ release }) => release))];
    return Promise.resolve(
      releases.map((release) =>
        this.#count(
          tenant,
          release,
          within.filter((crash) => crash.release === release),
        ),
      ),
    );
  }

  #count(tenant: string, release: string, crashes: readonly CensusCrash[]): CrashCountRow {
    const inside = crashes.filter(({ hostId }) => this.#rows(tenant).get(hostId)?.releases.has(release));
    const fatal = inside.filter((crash) => crash.fatal);
    const survived = inside.filter((crash) => !crash.fatal);
    const times = crashes.filter((crash) => crash.fatal).map(({ atMs }) => atMs);
    return {
      release,
      fatal: fatal.length,
      fatalHosts: new Set(fatal.map(({ hostId }) => hostId)).size,
      survived: survived.length,
      survivedHosts: new Set(survived.map(({ hostId }) => hostId)).size,
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
    const row: HostRow = rows.get(hostId) ?? { known: NEVER, newest: null, releases: new Map() };
    const plan = recordSightings(row.known, own, limits, nowMs);
    const merged = new Map([...row.known.sightings, ...plan.sightings].map((one) => [one.atMs, one]));
    row.known = { ...plan, sightings: [...merged.values()].sort((a, b) => a.atMs - b.atMs) };
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

  #rows(tenant: string): Map<string, HostRow> {
    const rows = this.#hosts.get(tenant) ?? new Map<string, HostRow>();
    this.#hosts.set(tenant, rows);
    return rows;
  }
}
