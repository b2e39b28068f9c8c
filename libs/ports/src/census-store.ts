import type { Build, LastBoot, Sighting, SightingLimits, SightingOutcome } from '@oopstream/core-fleet';

/** A host tells that it is alive, and what it is. Absent: it did not say. */
export interface Heartbeat extends Sighting {
  readonly hostId: string;
  readonly name: string | null;
  readonly bios: string | null;
  readonly livepatches: readonly string[];
  /** Names of loaded kernel modules; absent or `null`: it did not say. */
  readonly modules?: readonly string[] | null;
  readonly bootId: string | null;
  readonly uptimeSeconds: number | null;
  /** Whether a crash would leave a dump. */
  readonly kdumpReady: boolean | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What it says of the boot before this one. */
  readonly lastBoot?: LastBoot | null;
}

/** What the newest heartbeat of a host said. */
export interface CensusHost extends Heartbeat {
  /** As of the newest heartbeat that said so; empty where none did. */
  readonly modules: readonly string[];
  /** When it died after that, as a transcript says; `null` where none does. */
  readonly downAtMs: number | null;
}

/** A transcript says when its host died. */
export interface HostEnd {
  readonly tenant: string;
  readonly hostId: string;
  /** `null` where it does not say when: nothing is counted of it, but it may explain a reboot. */
  readonly atMs: number | null;
}

/** How far a bug reaches into the fleet within a window. */
export interface ReachRow {
  /** Hosts that the census saw in it. */
  readonly fleetHosts: number;
  /** Of these, hosts with a fatal crash of the incident, and with any. */
  readonly fatalHosts: number;
  readonly crashedHosts: number;
  /** Hosts of all its crashes, in the census or not, by the UTC day of each host's first one; by rising day, of all times. */
  readonly firstHits: readonly { readonly dayMs: number; readonly hosts: number }[];
}

/** A span of time, `untilMs` exclusive. Host-days are kept by UTC day: `sinceMs` is the start of one, so is `untilMs` unless it is now. */
export interface CensusWindow {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Hosts alive now that run the same. */
export interface LivingRow extends Build {
  readonly hosts: number;
  readonly kdumpReady: number;
  readonly kdumpNotReady: number;
}

export interface ExposureRow {
  readonly release: string;
  /** Time that all hosts together were alive on it within the window. */
  readonly aliveMs: number;
  /** Hosts whose first to last sighting on it touches the window. */
  readonly hosts: number;
}

/**
 * Crashes by their own time, counted only where the census knows the host on that release, or saw it around that time on
 * another: a kernel may crash before its first heartbeat. Rates need both of one population.
 */
export interface CrashCountRow {
  readonly release: string;
  readonly fatal: number;
  readonly fatalHosts: number;
  readonly survived: number;
  readonly survivedHosts: number;
  /** Fatal crashes of hosts that the census does not know so, in no other figure. */
  readonly fatalOutside: number;
  /** Of the first and last fatal one, whether the census knows its host or not; `null` where none. */
  readonly firstFatalAtMs: number | null;
  readonly lastFatalAtMs: number | null;
}

/** Who is alive and what runs where: the denominator of every rate. All throw RetryableError `store-unavailable`. */
export interface CensusStore {
  /**
   * Takes heartbeats into account, all or none, whatever their order: one that comes again changes nothing, a late one
   * moves the host-days that were counted otherwise. A host's state is what its newest heartbeat said.
   * @returns what became of each, in their order.
   */
  record(
    tenant: string,
    heartbeats: readonly Heartbeat[],
    limits: SightingLimits,
    nowMs: number,
  ): Promise<readonly SightingOutcome[]>;
  /**
   * Takes notice of when hosts died, in any order and number: one that comes again changes nothing. A host is not alive
   * from its end to its next heartbeat; the host-days before it are made exact with the next heartbeat of the host. Hosts
   * that never sent one stay unknown: who is seen only when it crashes would make every rate too high.
   */
  recordEnds(ends: readonly HostEnd[]): Promise<void>;
  /** Lets go of ends from before; late heartbeats do not reach back so far. @returns how many */
  forgetEnds(beforeMs: number): Promise<number>;
  /** `null` where no heartbeat came. */
  findHost(tenant: string, hostId: string): Promise<CensusHost | null>;
  /**
   * Hosts last seen after `seenAfterMs` and not dead since, those of the most common builds first. The sums count also what
   * `limit` left out.
   */
  living(
    tenant: string,
    filter: {
      readonly release: string | null;
      readonly model: string | null;
      readonly seenAfterMs: number;
      readonly limit: number;
    },
  ): Promise<{
    readonly hosts: number;
    readonly kdumpReady: number;
    readonly kdumpNotReady: number;
    readonly rows: readonly LivingRow[];
  }>;
  /** Hosts that sent a transcript after `sinceMs` and never a heartbeat. */
  countUnseen(tenant: string, sinceMs: number): Promise<number>;
  /**
   * @param maxGapMs longest time that counts behind a host's last sighting. @param releases all when `null`.
   * @returns the longest alive first; releases never seen in the window are absent.
   */
  exposure(
    tenant: string,
    window: CensusWindow,
    maxGapMs: number,
    releases: readonly string[] | null,
  ): Promise<readonly ExposureRow[]>;
  /** @param maxGapMs how long before its first and after its last sighting on some release a host is of the fleet. */
  reach(tenant: string, window: CensusWindow, maxGapMs: number, incidentId: string): Promise<ReachRow>;
  /** Releases without crashes are absent. @param maxGapMs as with {@link reach}. @param of all incidents when `incidentId` is `null`; then releases are needed. */
  crashes(
    tenant: string,
    window: CensusWindow,
    maxGapMs: number,
    of:
      | { readonly incidentId: string; readonly releases: readonly string[] | null }
      | { readonly incidentId: null; readonly releases: readonly string[] },
  ): Promise<readonly CrashCountRow[]>;
}
