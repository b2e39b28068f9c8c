/**
 * What became of one record. Every record consumed ends in exactly one outcome, and each outcome but `ok` has a reason
 * slug from the stage's closed list.
 */
export type Outcome<Decision> =
  | { readonly kind: 'ok'; readonly decision: Decision }
  /** Nothing to do, on purpose (a duplicate, say). */
  | { readonly kind: 'drop'; readonly reason: string; readonly decision: Decision }
  /** The sender's bytes are bad: to the dead letters, counted, replayable. */
  | { readonly kind: 'poison'; readonly reason: string; readonly detail: string }
  /** Handed on to another place than usual. */
  | { readonly kind: 'redirect'; readonly reason: string; readonly decision: Decision };
