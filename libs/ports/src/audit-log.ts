/** Who did or looked at what, kept apart from logs: append only. */
export interface AuditLog {
  /** Durable when it resolves. @throws RetryableError `store-unavailable` */
  record(entry: AuditEntry): Promise<void>;
}

export interface AuditEntry {
  readonly tenant: string;
  readonly atMs: number;
  /** `token:<label>` or `machine`. */
  readonly actor: string;
  /** `transcript.raw-read`, `transcript.raw-read-many` (which ones: `detail.transcripts`), `token.created`, … */
  readonly action: string;
  /** What it was done to: `transcript`, `incident`, `token`, `webhook`, `delivery`. */
  readonly subjectKind: string;
  readonly subjectId: string;
  /** What belongs to it: token id, address, note. Values are JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
}
