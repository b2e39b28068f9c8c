import type { Clock, TokenGrant, TokenStore } from '@oopstream/ports';
import { matchesTokenSecret, parseToken, readBearer } from './bearer-token';

export type Authentication =
  | { readonly kind: 'granted'; readonly grant: TokenGrant }
  /** `token-missing`: no bearer token was sent; `token-unknown`: malformed, never given, revoked, or a wrong secret. */
  | { readonly kind: 'refused'; readonly reason: 'token-missing' | 'token-unknown' };

export interface Authenticator {
  /** @throws RetryableError `store-unavailable` */
  authenticate(authorization: string | undefined): Promise<Authentication>;
}

export interface AuthenticatorOptions {
  /** How long a row is believed: a revoked token works on for at most this long. Milliseconds; default 5,000. */
  readonly ttlMs?: number;
  /** Tokens remembered; the oldest goes first. Default 10,000. */
  readonly maxEntries?: number;
}

type Row = Awaited<ReturnType<TokenStore['find']>>;

/** Looks tokens up by id, remembers the rows for a short while, compares secrets in constant time. */
export function createAuthenticator(
  deps: { readonly tokens: Pick<TokenStore, 'find'>; readonly clock: Clock },
  { ttlMs = 5_000, maxEntries = 10_000 }: AuthenticatorOptions = {},
): Authenticator {
  const known = new Map<string, { readonly untilMs: number; readonly row: Promise<Row> }>();

  const find = (id: string): Promise<Row> => {
    const nowMs = deps.clock.nowMs();
    const entry = known.get(id);
    if (entry !== undefined && nowMs < entry.untilMs) return entry.row;
    const row = deps.tokens.find(id);
    known.delete(id);
    known.set(id, { untilMs: nowMs + ttlMs, row });
    // A store that was away must be asked again at once when it is back.
    row.catch(() => {
      if (known.get(id)?.row === row) known.delete(id);
    });
    const oldest = known.keys().next();
    if (known.size > maxEntries && oldest.done !== true) known.delete(oldest.value);
    return row;
  };

  return {
    async authenticate(authorization) {
      const text = readBearer(authorization);
      if (text === null) return { kind: 'refused', reason: 'token-missing' };
      const token = parseToken(text);
      const row = token === null ? null : await find(token.id);
      if (token === null || row === null || !matchesTokenSecret(token.secret, row.secretHash))
        return { kind: 'refused', reason: 'token-unknown' };
      return { kind: 'granted', grant: row.grant };
    },
  };
}
