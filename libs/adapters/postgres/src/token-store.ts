import type { IdempotencyStore, TokenGrant, TokenStore } from '@oopstream/ports';
import { timestamp } from './json-rows';
import type { PostgresPool } from './pool';

const GRANT = `id, tenant, label, scopes, bound_host AS "boundHost", created_at AS "createdAtMs"`;

export function createTokenStore(pool: PostgresPool): TokenStore {
  return {
    async find(id) {
      const { rows } = await pool.query<TokenGrant & { secretHash: Uint8Array }>(
        `SELECT ${GRANT}, secret_hash AS "secretHash" FROM oopstream.token WHERE id = $1 AND revoked_at IS NULL`,
        [id],
        'find_token',
      );
      const row = rows[0];
      if (row === undefined) return null;
      const { secretHash, ...grant } = row;
      return { grant, secretHash };
    },
    async create(token, id, nowMs) {
      const { rows } = await pool.query<TokenGrant>(
        `INSERT INTO oopstream.token (id, tenant, label, scopes, bound_host, secret_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING ${GRANT}`,
        [
          id,
          token.tenant,
          token.label,
          token.scopes,
          token.boundHost,
          Buffer.from(token.secretHash),
          timestamp(nowMs),
        ],
      );
      return rows[0] ?? null;
    },
    async list(tenant) {
      const { rows } = await pool.query<TokenGrant>(
        `SELECT ${GRANT} FROM oopstream.token WHERE tenant = $1 AND revoked_at IS NULL ORDER BY created_at, id`,
        [tenant],
      );
      return rows;
    },
    async revoke(tenant, id, nowMs) {
      const { rowCount } = await pool.query(
        'UPDATE oopstream.token SET revoked_at = $3 WHERE tenant = $1 AND id = $2 AND revoked_at IS NULL',
        [tenant, id, timestamp(nowMs)],
      );
      return rowCount === 1;
    },
  };
}

export function createIdempotencyStore(pool: PostgresPool): IdempotencyStore {
  return {
    async bind(tenant, transcriptId, sha256, nowMs) {
      const claim = `INSERT INTO oopstream.transcript_claim (tenant, transcript_id, sha256, claimed_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, transcript_id) DO NOTHING`;
      const claimed = await pool.query(
        claim,
        [tenant, transcriptId, sha256, timestamp(nowMs)],
        'claim_transcript',
      );
      if (claimed.rowCount === 1) return 'bound';
      const { rows } = await pool.query<{ sha256: string }>(
        'SELECT sha256 FROM oopstream.transcript_claim WHERE tenant = $1 AND transcript_id = $2',
        [tenant, transcriptId],
        'read_claim',
      );
      return rows[0]?.sha256 === sha256 ? 'bound' : 'reused';
    },
  };
}
