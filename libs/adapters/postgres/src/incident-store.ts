import type { Receipt } from '@oopstream/core-incident';
import type { BatchOptions, IncidentBatch, IncidentStore } from '@oopstream/ports';
import { commitBatch } from './commit-batch';
import { timestamp } from './json-rows';
import { loadBatch } from './load-batch';
import type { PostgresPool } from './pool';

/** New months get their partition that long before they begin. */
const AHEAD_MS = 10 * 86_400_000;

/** @returns the incident store on PostgreSQL; the schema is there ({@link migrate}). */
export function createIncidentStore(pool: PostgresPool): IncidentStore {
  const months = new Set<string>();
  return {
    async openBatch(receipts, options): Promise<IncidentBatch> {
      await ensureMonths(pool, months, receipts, options);
      const transaction = await pool.begin();
      try {
        const { state, claimed } = await loadBatch(transaction, receipts, options);
        return {
          state,
          async commit(plan, outbox) {
            await commitBatch(transaction, plan, outbox, claimed, options.nowMs);
            await transaction.commit();
          },
          release: () => transaction.rollback(),
        };
      } catch (error) {
        await transaction.rollback();
        throw error;
      }
    },
  };
}

/** Makes the partitions that the batch may write to, before its transaction: none is made under its locks. */
async function ensureMonths(
  pool: PostgresPool,
  made: Set<string>,
  receipts: readonly Receipt[],
  { nowMs, retentionMs }: BatchOptions,
): Promise<void> {
  const times = receipts
    .map((receipt) => receipt.receivedAtMs)
    .filter((timeMs) => timeMs >= nowMs - retentionMs);
  const wanted = new Set([...times, nowMs + AHEAD_MS].map((timeMs) => timestamp(timeMs).slice(0, 7)));
  for (const month of wanted) {
    if (made.has(month)) continue;
    await pool.query(
      `SELECT oopstream.ensure_crash_partition(month) FROM (SELECT $1::timestamptz AS month) AS wanted
       WHERE month >= (SELECT date_trunc('month', floor AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' FROM oopstream.retention)`,
      [`${month}-01T00:00:00Z`],
    );
    made.add(month);
  }
}
