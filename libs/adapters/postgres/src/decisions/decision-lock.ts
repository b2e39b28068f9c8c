import type { Sql } from '../pool';

/** Shared by whoever writes crashes, exclusive for whoever drops months: see migration `crash`. */
const LOCK_RETENTION = 'SELECT pg_advisory_xact_lock_shared(7246190015)';

/** With the tenant's hash: a person's act has a tenant's crashes and keys for itself. */
const DECISION_LOCK = 724_619;

/**
 * Comes before every lock on a row, of batches as of acts: whoever waits here holds nothing that the other needs. Hashes
 * may meet: then two tenants take turns.
 */
const LOCK_SHARED = `
SELECT pg_advisory_xact_lock_shared(${DECISION_LOCK}, key)
FROM (SELECT DISTINCT hashtext(tenant) AS key FROM unnest($1::text[]) AS tenant ORDER BY 1) AS ordered`;

/** For batches: what people decide waits until the batch ended, and the batch sees all or none of it. */
export async function lockOutDecisions(sql: Sql, tenants: readonly string[]): Promise<void> {
  const distinct = [...new Set(tenants)];
  if (distinct.length > 0) await sql.query(LOCK_SHARED, [distinct], 'lock_out_decisions');
}

/** For acts: no batch of the tenant is under way until the act's transaction ends. Large acts may take minutes. */
export async function lockForDecision(sql: Sql, tenant: string): Promise<void> {
  await sql.query(`SET LOCAL statement_timeout = '10min'`);
  await sql.query(LOCK_RETENTION);
  await sql.query(`SELECT pg_advisory_xact_lock(${DECISION_LOCK}, hashtext($1))`, [tenant]);
}
