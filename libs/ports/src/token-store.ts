/** What a token may do. `raw` is apart from `read`: raw transcripts hold command lines and stack memory. */
export const TOKEN_SCOPES = ['ingest', 'read', 'raw', 'admin'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface TokenGrant {
  readonly id: string;
  readonly tenant: string;
  /** For people: which agent or person holds it. */
  readonly label: string;
  readonly scopes: readonly TokenScope[];
  /** Host that an ingest token speaks for; `null` when it may speak for any. */
  readonly boundHost: string | null;
  readonly createdAtMs: number;
}

export interface NewToken extends Omit<TokenGrant, 'id' | 'createdAtMs'> {
  /** SHA-256 of the secret: the secret itself is never stored. 32 bytes. */
  readonly secretHash: Uint8Array;
}

/** Bearer tokens look like `oops_<id>_<secret>`: the id finds the row, the secret is compared in constant time. */
export interface TokenStore {
  /** `null` for unknown and revoked ids. @throws RetryableError `store-unavailable` */
  find(id: string): Promise<{ readonly grant: TokenGrant; readonly secretHash: Uint8Array } | null>;
  /** @returns `null` when the id was given before, also to a token that was revoked since: nothing changes then. */
  create(token: NewToken, id: string, nowMs: number): Promise<TokenGrant | null>;
  list(tenant: string): Promise<readonly TokenGrant[]>;
  /** @returns false when there is no such live token. */
  revoke(tenant: string, id: string, nowMs: number): Promise<boolean>;
}

/** Binds an Idempotency-Key to the bytes it was first used with. */
export interface IdempotencyStore {
  /**
   * @returns `bound` when this transcript id now stands for these bytes (also when it did before), `reused` when it
   * stands for other bytes. @throws RetryableError `store-unavailable`
   */
  bind(tenant: string, transcriptId: string, sha256: string, nowMs: number): Promise<'bound' | 'reused'>;
}
