import type { AttributionEvidence, FacetCount } from '@oopstream/core-fleet';

/** How an incident's hosts differ from the living fleet: what `unusual` of core-fleet is asked with. */
export interface FacetRows {
  /** Hosts of the fleet that were looked at: all, or a sample of them beside the crashed ones. */
  readonly fleetHosts: number;
  /** Of these, hosts with a crash of the incident. */
  readonly crashedHosts: number;
  readonly isSample: boolean;
  /** Values that a crashed host has. */
  readonly counts: readonly FacetCount[];
  /** Values that were looked at, those that only other hosts have included. */
  readonly looked: number;
}

/** What a store counts of the evidence; what is unusual follows from {@link FacetRows}. */
export type HostPattern = Omit<AttributionEvidence, 'unusual'>;

export interface MemberIncident {
  /** `OOPS-2`. */
  readonly number: string;
  readonly title: string;
  readonly status: string;
  /** Its crashes that made it a member. */
  readonly crashes: number;
  readonly lastSeenAtMs: number;
}

/** A group of incidents that may have one cause. */
export interface ParentRow {
  /** Of victims: see `parentKeyOf` of core-incident; of a host: its id. */
  readonly key: string;
  readonly crashes: number;
  readonly hosts: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  /** Most crashes first, {@link MAX_MEMBERS} at most. */
  readonly incidents: readonly MemberIncident[];
  /** All of them. */
  readonly incidentCount: number;
}

export const MAX_MEMBERS = 50;

export interface ParentQuery {
  /** Crashes received before count to none. */
  readonly sinceMs: number;
  /** Incidents from which on a group is one. */
  readonly minIncidents: number;
  readonly limit: number;
  /** Only groups that this incident is a member of. */
  readonly incidentId: string | null;
}

/** What crashes, hosts and incidents have in common. All throw RetryableError `store-unavailable`. */
export interface PatternStore {
  /**
   * Model, BIOS, flavour, livepatches, labels and uptime band of hosts that the census saw since `sinceMs`.
   * @param maxFleetHosts a larger fleet is sampled, by host, always in the same way
   */
  facets(tenant: string, incidentId: string, sinceMs: number, maxFleetHosts: number): Promise<FacetRows>;
  /**
   * @param sinceMs crashes and hosts seen before do not count
   * @param suspectFrom incidents of one host from which on the host is suspect
   */
  hostPattern(tenant: string, incidentId: string, sinceMs: number, suspectFrom: number): Promise<HostPattern>;
  /** Victims that share a key, the latest first. */
  victims(tenant: string, query: ParentQuery): Promise<readonly ParentRow[]>;
  /** Hosts with unlike signatures, those with most first. Held crashes do not count: nobody knows what they are. */
  suspectHosts(tenant: string, query: ParentQuery): Promise<readonly ParentRow[]>;
}
