/** What a person does to an incident. Each act is one transaction: state, audit and the publication of the change. */
export interface IncidentActions {
  /**
   * Crashes whose own time is after `atMs` make a resolved incident recur.
   * @throws RetryableError `store-unavailable`
   */
  resolve(tenant: string, number: string, act: ResolveAct): Promise<ActResult>;
  /** @throws RetryableError `store-unavailable` */
  reopen(tenant: string, number: string, act: IncidentAct): Promise<ActResult>;
}

export interface IncidentAct {
  readonly atMs: number;
  /** Who, for the audit: `token:<label>`, never empty. */
  readonly actor: string;
  readonly note: string | null;
  /** Trace of the request, carried on with the change. */
  readonly traceparent: string | null;
}

export interface ResolveAct extends IncidentAct {
  /** Kernel release that fixes it, as far as the person knows. */
  readonly release: string | null;
}

export type ActResult =
  | { readonly kind: 'changed' }
  /** No incident of the tenant has this number; also malformed numbers. */
  | { readonly kind: 'unknown' }
  /** The number was merged into another incident: act on that one. */
  | { readonly kind: 'merged'; readonly into: string }
  /** It is in that state already. */
  | { readonly kind: 'illegal'; readonly status: 'open' | 'resolved' };
