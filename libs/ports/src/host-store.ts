/** One bug on one host. */
export interface HostIncidentRow {
  /** `OOPS-42` */
  readonly number: string;
  readonly title: string;
  readonly kind: string;
  readonly status: string;
  readonly crashes: number;
  readonly fatalCrashes: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
}

/** A host as its transcripts have it; `null` where none ever said. */
export interface HostRow {
  readonly hostId: string;
  readonly name: string | null;
  readonly model: string | null;
  readonly kernelRelease: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
}

/** Hosts that sent transcripts. All throw RetryableError `store-unavailable`. */
export interface HostStore {
  /** `null` where no transcript came. */
  find(tenant: string, hostId: string): Promise<HostRow | null>;
  /** What crashed on it, the newest first. */
  incidentsOf(tenant: string, hostId: string, limit: number): Promise<readonly HostIncidentRow[]>;
}
