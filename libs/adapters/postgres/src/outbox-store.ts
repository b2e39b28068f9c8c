import type { DueDelivery, OutboxStore, Publication } from '@oopstream/ports';
import type { PostgresPool } from './pool';

const RELAY_LOCK = 7_246_190_016;

// Rows of one incident are written under its lock, so their order here is the order of its changes.
const OLDEST = `
SELECT id, tenant, incident_id AS "incidentId", body, created_at AS "createdAtMs", traceparent
FROM oopstream.outbox ORDER BY seq LIMIT $1`;

export function createOutboxStore(pool: PostgresPool): OutboxStore {
  return {
    publishNext: (limit, publish) =>
      pool.transaction(async (sql) => {
        const { rows: lock } = await sql.query<{ mine: boolean }>(
          'SELECT pg_try_advisory_xact_lock($1) AS mine',
          [RELAY_LOCK],
        );
        if (lock[0]?.mine !== true) return 0;
        const { rows } = await sql.query<Publication>(OLDEST, [limit], 'oldest_publications');
        if (rows.length === 0) return 0;
        await publish(rows);
        const ids = rows.map((row) => row.id);
        await sql.query('DELETE FROM oopstream.outbox WHERE id = ANY($1::uuid[])', [ids]);
        return rows.length;
      }),
    async findNotEnqueued(limit) {
      const { rows } = await pool.query<DueDelivery>(
        `SELECT id, traceparent, replays FROM oopstream.delivery WHERE state = 'open' AND enqueued_at IS NULL
         ORDER BY created_at, id LIMIT $1`,
        [limit],
        'deliveries_not_enqueued',
      );
      return rows;
    },
    async countOpen() {
      const { rows } = await pool.query<{ publications: number; deliveries: number }>(
        `SELECT (SELECT count(*) FROM oopstream.outbox) AS publications,
          (SELECT count(*) FROM oopstream.delivery WHERE state = 'open') AS deliveries`,
      );
      return rows[0] ?? { publications: 0, deliveries: 0 };
    },
  };
}
