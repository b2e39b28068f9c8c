import type { IncidentStatus, TransitionRefusal } from '@oopstream/core-incident';

/** What a person does to an incident. Each act is one transaction: state, audit and the publication of the change. */
export interface IncidentActions {
  /**
   * Resolved without a release, commit or livepatch any crash whose own time is after `atMs` makes it recur; else only one
   * that has the fix (`judgeReturn`). A resolved one may be resolved again to say more of its fix.
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
  /** Commit that fixes it, as the fix table writes commits; and a livepatch that carries it. */
  readonly commit?: string | null;
  readonly livepatch?: string | null;
}

export type ActResult =
  | { readonly kind: 'changed' }
  /** No incident of the tenant has this number; also malformed numbers. */
  | { readonly kind: 'unknown' }
  /** The number was merged into another incident: act on that one. */
  | { readonly kind: 'merged'; readonly into: string }
  /** It cannot change like that. */
  | { readonly kind: 'illegal'; readonly status: IncidentStatus; readonly reason: TransitionRefusal };
