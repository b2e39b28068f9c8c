import type { Build, Sighting, SightingLimits, SightingOutcome } from '@oopstream/core-fleet';

/** A host tells that it is alive, and what it is. Absent: it did not say. */
export interface Heartbeat extends Sighting {
  readonly hostId: string;
  readonly name: string | null;
  readonly bios: string | null;
  readonly livepatches: readonly string[];
  readonly bootId: string | null;
  readonly uptimeSeconds: number | null;
  /** Whether a crash would leave a dump. */
  readonly kdumpReady: boolean | null;
  readonly labels: Readonly<Record<string, string>>;
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

/** Crashes by their own time, counted only where the census knows the host on that release: rates need both of one population. */
export interface CrashCountRow {
  readonly release: string;
  readonly fatal: number;
  readonly fatalHosts: number;
  readonly survived: number;
  readonly survivedHosts: number;
  /** Fatal crashes of hosts that the census never saw on this release, in no other figure. */
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
  /** What the newest heartbeat of a host said; `null` where none came. */
  findHost(tenant: string, hostId: string): Promise<Heartbeat | null>;
  /** Hosts last seen after `seenAfterMs`, those of the most common builds first. `hosts` counts also what `limit` left out. */
  living(
    tenant: string,
    filter: {
      readonly release: string | null;
      readonly model: string | null;
      readonly seenAfterMs: number;
      readonly limit: number;
    },
  ): Promise<{ readonly hosts: number; readonly rows: readonly LivingRow[] }>;
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
  /** Releases without crashes are absent. @param of all incidents when `incidentId` is `null`; then releases are needed. */
  crashes(
    tenant: string,
    window: CensusWindow,
    of:
      | { readonly incidentId: string; readonly releases: readonly string[] | null }
      | { readonly incidentId: null; readonly releases: readonly string[] },
  ): Promise<readonly CrashCountRow[]>;
}
