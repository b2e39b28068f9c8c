/** What a running part says of itself: ready means that its work makes progress, not that a port is open. */
export interface HealthReport {
  readonly ready: boolean;
  /** One line for each thing looked at, by name. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

/** A stage or router at work. */
export interface RunningService {
  readonly name: string;
  health(): HealthReport;
  /** Rejects when the service cannot go on by itself; never resolves before {@link stop}. */
  readonly failed: Promise<never>;
  /** Takes no new work, finishes what was accepted, lets go of what it opened. Safe to call twice. */
  stop(): Promise<void>;
}
