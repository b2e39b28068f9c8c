/** One signed HTTP POST to someone else's server. Adapter: undici; tests use the same against a local server. */
export interface WebhookRequest {
  readonly url: string;
  /** `webhook-id`: the same at every attempt of a delivery, so that the receiver can tell a repetition. */
  readonly id: string;
  /** Signed and sent byte for byte; at most 20,000 bytes of UTF-8. */
  readonly body: string;
  /** `whsec_` + base64 of 24 to 64 bytes; each adds a signature. At least one. */
  readonly secrets: readonly string[];
  /** When this attempt is made: goes into `webhook-timestamp` and the signature. */
  readonly timestampMs: number;
  /** W3C trace context to hand on; `null` for none. */
  readonly traceparent: string | null;
}

/** Every way in which an attempt can end. */
export const WEBHOOK_OUTCOMES = [
  'delivered',
  'http-3xx',
  'http-4xx',
  'http-429',
  'http-410',
  'http-5xx',
  'timeout',
  'connection-refused',
  'connection-failed',
  'dns-failed',
  'tls-failed',
  'address-forbidden',
  'url-invalid',
  'secret-invalid',
  'body-too-large',
] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

export interface WebhookResult {
  readonly outcome: WebhookOutcome;
  /** HTTP status; `null` when no answer came. */
  readonly status: number | null;
  /** What `Retry-After` asked for, milliseconds; `null` when it did not. Never negative. */
  readonly retryAfterMs: number | null;
  /** First 1,000 characters of the answer or of the error. */
  readonly detail: string;
}

export interface WebhookSender {
  /**
   * Makes one attempt and never retries. Whatever the other side does is a value; the time is bounded by the adapter.
   * A redirect is not followed: it is `http-3xx`.
   */
  send(request: WebhookRequest): Promise<WebhookResult>;
  close(): Promise<void>;
}
