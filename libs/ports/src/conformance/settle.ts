import { decideBatch } from '@oopstream/core-incident';
import type { DecidedBatch, PlannedChange, Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS } from '@oopstream/core-incident/fakes';
import type { BatchOptions, IncidentStore, OutboxRows } from '../incident-store';

const DAY_MS = 86_400_000;
const OPTIONS = { nowMs: SAMPLE_START_MS + DAY_MS, retentionMs: 30 * DAY_MS };

interface SettleOptions extends Partial<BatchOptions> {
  readonly tell?: (change: PlannedChange) => OutboxRows['publications'];
}

/** Opens a batch, decides and commits it, as dedup does. */
export async function settle(
  under: { readonly incidents: IncidentStore; newId(): string },
  receipts: readonly Receipt[],
  { tell = () => [], ...options }: SettleOptions = {},
): Promise<DecidedBatch> {
  const batch = await under.incidents.openBatch(receipts, { ...OPTIONS, ...options });
  try {
    const decided = decideBatch(receipts, batch.state, {
      newId: () => under.newId(),
      nowMs: OPTIONS.nowMs,
      ...(options.crashMatch !== undefined && { crashMatch: options.crashMatch }),
    });
    await batch.commit(decided.plan, { deliveries: [], publications: decided.plan.changes.flatMap(tell) });
    return decided;
  } finally {
    await batch.release();
  }
}
