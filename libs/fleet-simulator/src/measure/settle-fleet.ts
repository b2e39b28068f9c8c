import { decideBatch } from '@oopstream/core-incident';
import type { DedupPlan, DedupState, PlannedLink, Receipt } from '@oopstream/core-incident';

/** Where batches are read from and written to, in order. */
export interface BatchStore {
  load(receipts: readonly Receipt[], retentionFloorMs: number): DedupState;
  apply(plan: DedupPlan): void;
}

export interface Settled {
  /** The last link of each reading: `transcript id` and byte, to the crash. */
  readonly links: ReadonlyMap<string, PlannedLink>;
  readonly plans: readonly DedupPlan[];
  /** Processor time of decisions and of the store, milliseconds. */
  readonly spentMs: number;
}

export interface SettleOptions {
  readonly batchSize: number;
  /** Gives a new UUID at each call. */
  readonly newId: () => string;
  /** Milliseconds of any clock that only goes forward. */
  readonly clock: () => number;
  /** What people do before a batch is decided. */
  readonly before?: (nowMs: number, links: ReadonlyMap<string, PlannedLink>) => void;
}

/** Puts receipts through the deduplication in the order given, each batch at the time its last one was received. */
export function settleReceipts(
  store: BatchStore,
  receipts: readonly Receipt[],
  { batchSize, newId, clock, before }: SettleOptions,
): Settled {
  const links = new Map<string, PlannedLink>();
  const plans: DedupPlan[] = [];
  let spentMs = 0;
  for (let at = 0; at < receipts.length; at += batchSize) {
    const batch = receipts.slice(at, at + batchSize);
    const nowMs = Math.max(...batch.map(({ receivedAtMs }) => receivedAtMs)) + 1000;
    before?.(nowMs, links);
    const startedAt = clock();
    const { plan } = decideBatch(batch, store.load(batch, 0), { newId, nowMs });
    store.apply(plan);
    spentMs += clock() - startedAt;
    for (const link of plan.links) links.set(linkKey(link.transcriptId, link.byteStart), link);
    plans.push(plan);
  }
  return { links, plans, spentMs };
}

export function linkKey(transcriptId: string, byteStart: number): string {
  return `${transcriptId} ${byteStart}`;
}
