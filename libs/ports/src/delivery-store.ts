/** The outbox and what became of it: the only truth about alerts; the job queue merely says when to look. */

/** Written in the same transaction as the incident change it tells of. */
export interface OutboxDelivery {
  /** UUID; the job's id and the `webhook-id` of every attempt. */
  readonly id: string;
  readonly tenant: string;
  readonly incidentId: string;
  readonly endpointId: string;
  /** Body as it will be signed and sent, byte for byte at every attempt. */
  readonly body: string;
  readonly createdAtMs: number;
  /** Trace of the transcript that brought the change about. */
  readonly traceparent: string | null;
}

export interface WebhookEndpoint {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly label: string;
  /** `whsec_` + base64 of 24 to 64 bytes; the first signs, the others are still accepted while rotating. */
  readonly secrets: readonly string[];
  readonly enabled: boolean;
  /** Why it was switched off: `gone` (410), `failing`, or a person (`manual`); `null` while enabled. */
  readonly disabledReason: string | null;
  readonly createdAtMs: number;
}

export interface DeliveryAttempt {
  readonly number: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** HTTP status; `null` when no answer came. */
  readonly status: number | null;
  /** `delivered`, or the slug of the failure: `http-5xx`, `timeout`, `connection-refused`, … */
  readonly outcome: string;
  /** First 1,000 characters of the answer or of the error. */
  readonly detail: string;
}

export type DeliveryState = 'open' | 'delivered' | 'failed' | 'cancelled';

/** What it takes to enqueue a delivery. */
export interface DueDelivery {
  readonly id: string;
  readonly traceparent: string | null;
  /** Times that it was reopened: each is a job of its own. */
  readonly replays: number;
}

export interface Delivery extends OutboxDelivery {
  readonly state: DeliveryState;
  readonly endpointUrl: string;
  readonly attempts: readonly DeliveryAttempt[];
  /** Times that it was reopened. */
  readonly replays: number;
  readonly nextAttemptAtMs: number | null;
  readonly closedAtMs: number | null;
}

export interface DeliveryStore {
  /**
   * The delivery with its endpoint; `null` when the id is unknown. A removed endpoint is still given, not enabled.
   * @throws RetryableError `store-unavailable`, as every method here
   */
  load(id: string): Promise<{ readonly delivery: Delivery; readonly endpoint: WebhookEndpoint } | null>;
  /**
   * Records an attempt and either closes the row or sets when to try next. Idempotent by (id, attempt number): the
   * first record of a number stands, and another changes nothing. A row that is closed already keeps its state. Closed
   * at, and tried lately, mean the attempt's end.
   */
  recordAttempt(
    id: string,
    attempt: DeliveryAttempt,
    next: { readonly state: 'delivered' | 'failed' } | { readonly nextAttemptAtMs: number },
  ): Promise<void>;
  /** Closes an open row that nobody will send (its endpoint is switched off); a closed or unknown one stays as it is. */
  cancel(id: string, nowMs: number): Promise<void>;
  /**
   * What the queue lost: open rows of enabled endpoints that were due (at `nextAttemptAtMs`, else at their creation)
   * `olderThanMs` ago or earlier and were neither tried nor marked as enqueued within `olderThanMs`; and reopened rows
   * at once, since nobody else enqueues those. Longest due first.
   */
  findOverdue(nowMs: number, olderThanMs: number, limit: number): Promise<readonly DueDelivery[]>;
  /** Marks rows as handed to the queue, so that the sweeper leaves them alone for a while. */
  markEnqueued(ids: readonly string[], nowMs: number): Promise<void>;
  /**
   * Opens a delivery again with the same id, due at `nowMs`: a person asked for a replay. One that is open, waiting for
   * its next attempt, need not wait any more. Its attempts stay and their numbers go on. @returns false when unknown
   */
  reopen(tenant: string, id: string, nowMs: number): Promise<boolean>;
  /** Switches an endpoint off and cancels its open deliveries. The first reason stays. */
  disableEndpoint(id: string, reason: string, nowMs: number): Promise<void>;
  /** Oldest first; without removed ones. */
  listEndpoints(tenant: string): Promise<readonly WebhookEndpoint[]>;
  createEndpoint(endpoint: Omit<WebhookEndpoint, 'enabled' | 'disabledReason'>): Promise<void>;
  /** Cancels its open deliveries too; what was delivered stays on record. @returns false when unknown */
  removeEndpoint(tenant: string, id: string): Promise<boolean>;
  /** Newest first. */
  listDeliveries(
    tenant: string,
    filter: { readonly incidentId?: string; readonly state?: DeliveryState; readonly limit: number },
  ): Promise<readonly Delivery[]>;
}
