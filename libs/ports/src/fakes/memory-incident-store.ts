import { compareCounts } from '@oopstream/core-incident';
import type { ComparedCounts, Receipt } from '@oopstream/core-incident';
import { MemoryIncidents } from '@oopstream/core-incident/fakes';
import type { DueDelivery, OutboxDelivery } from '../delivery-store';
import { FatalError } from '../errors';
import type { BatchOptions, IncidentBatch, IncidentStore, OutboxRows, Publication } from '../incident-store';
import { blobKey } from '../blob-store';
import type { LedgerPatrol, PatrolOptions, PatrolResult } from '../ledger-patrol';
import { MISMATCH_EXAMPLES } from '../ledger-store';
import type {
  HourCount,
  HourRange,
  LedgerCheck,
  LedgerCounts,
  LedgerMismatch,
  LedgerStore,
  Recount,
} from '../ledger-store';
import type { OutboxStore } from '../outbox-store';
import type { BodySweep, ForgottenRows, RetentionStore, SweptBodies } from '../retention-store';

/** Incidents, ledger and outbox in memory. Batches take turns, as if every lock were one. */
export class MemoryIncidentStore
  implements IncidentStore, LedgerPatrol, LedgerStore, OutboxStore, RetentionStore
{
  readonly rows = new MemoryIncidents();
  readonly deliveries: OutboxDelivery[] = [];
  readonly enqueued = new Set<string>();
  private publications: Publication[] = [];
  private turn: Promise<void> = Promise.resolve();
  private isRelaying = false;
  private floorMs = 0;
  private mismatched: ReadonlySet<string> = new Set();

  /** What a life sweep tells others, as a batch would. */
  tell(outbox: OutboxRows): void {
    this.publications.push(...outbox.publications);
    this.deliveries.push(...outbox.deliveries);
  }

  async openBatch(receipts: readonly Receipt[], options: BatchOptions): Promise<IncidentBatch> {
    const before = this.turn;
    const { promise, resolve: end } = Promise.withResolvers<void>();
    this.turn = promise;
    await before;
    let ended = false;
    return {
      state: this.rows.load(
        receipts,
        Math.max(this.floorMs, options.nowMs - options.retentionMs),
        options.joinCandidates,
        options.crashMatch,
      ),
      commit: (plan, outbox) => {
        if (ended) return Promise.reject(new FatalError('batch-ended', 'the batch was let go of'));
        ended = true;
        this.rows.apply(plan, options.nowMs);
        this.publications.push(...outbox.publications);
        this.deliveries.push(...outbox.deliveries);
        end();
        return Promise.resolve();
      },
      release: () => {
        ended = true;
        end();
        return Promise.resolve();
      },
    };
  }

  counts(tenant: string | null): Promise<LedgerCounts> {
    return Promise.resolve(this.rows.counts(tenant));
  }

  hours(tenant: string | null, range: HourRange): Promise<readonly HourCount[]> {
    return Promise.resolve(this.rows.hours(this.floorMs).filter((row) => isWithin(row, tenant, range)));
  }

  check(tenant: string | null, range: HourRange): Promise<LedgerCheck> {
    const counted = this.rows.hours(this.floorMs).filter((row) => isWithin(row, tenant, range));
    const found = this.rows.recountHours(this.floorMs).filter((row) => isWithin(row, tenant, range));
    return Promise.resolve(asCheck(compareCounts(counted, found)));
  }

  /** Looks at all of it each time; whoever is told are the endpoints of the batches. */
  async patrol(_options: PatrolOptions, tell: Parameters<LedgerPatrol['patrol']>[1]): Promise<PatrolResult> {
    const { hours, mismatches } = await this.check(null, { fromMs: null, toMs: Number.MAX_SAFE_INTEGER });
    const placeOf = (one: LedgerMismatch) => JSON.stringify([one.tenant, one.hourMs, one.kind, one.outcome]);
    const fresh = mismatches.filter((one) => !this.mismatched.has(placeOf(one)));
    this.mismatched = new Set(mismatches.map(placeOf));
    this.deliveries.push(...tell(fresh, this.rows.endpoints));
    return { hours, fresh, open: mismatches.length };
  }

  checkPositions(
    below: readonly { readonly partition: number; readonly offset: number }[],
  ): Promise<LedgerCheck> {
    const mismatches = below.flatMap(({ partition, offset }) => {
      const missing = this.rows.missingPositions(partition, offset);
      if (missing.length === 0) return [];
      return {
        ...{ tenant: '', hourMs: null, kind: 'position' as const, outcome: `partition ${partition}` },
        ...{ expected: offset, found: offset - missing.length },
        examples: missing.slice(0, MISMATCH_EXAMPLES).map((at) => `${partition}:${at}-${at}`),
      };
    });
    return Promise.resolve({ hours: 0, counts: below.length, mismatches });
  }

  checkIncidents(tenant: string | null): Promise<LedgerCheck> {
    return Promise.resolve(asCheck(this.rows.checkIncidents(tenant)));
  }

  dropBodies(range: BodySweep, remove: (key: string) => Promise<boolean>): Promise<SweptBodies> {
    return this.rows.dropBodies(range, ({ tenant, sha256 }) => remove(blobKey(tenant, sha256)));
  }

  recount(tenant: string | null): Promise<Recount> {
    return Promise.resolve({ fromMs: this.floorMs, counts: this.rows.recount(tenant) });
  }

  dropMonths(beforeMs: number): Promise<{ floorMs: number; droppedMonths: number }> {
    const before = new Date(beforeMs);
    this.floorMs = Math.max(this.floorMs, Date.UTC(before.getUTCFullYear(), before.getUTCMonth()));
    const monthOf = ({ receivedAtMs }: { receivedAtMs: number }) =>
      new Date(receivedAtMs).toISOString().slice(0, 7);
    const old = [...this.rows.crashes.values()].filter((crash) => crash.receivedAtMs < this.floorMs);
    this.rows.dropCrashes(this.floorMs);
    return Promise.resolve({ floorMs: this.floorMs, droppedMonths: new Set(old.map(monthOf)).size });
  }

  forget(limit: number): Promise<ForgottenRows> {
    const receipts = this.rows.forgetReceipts(this.floorMs, limit);
    const transcripts = this.rows.forgetTranscripts(this.floorMs, limit);
    return Promise.resolve({ receipts, claims: 0, deliveries: 0, transcripts });
  }

  async publishNext(
    limit: number,
    publish: (rows: readonly Publication[]) => Promise<void>,
  ): Promise<number> {
    const rows = this.publications.slice(0, limit);
    if (this.isRelaying || rows.length === 0) return 0;
    this.isRelaying = true;
    try {
      await publish(rows);
      this.publications = this.publications.slice(rows.length);
      return rows.length;
    } finally {
      this.isRelaying = false;
    }
  }

  findNotEnqueued(limit: number): Promise<readonly DueDelivery[]> {
    const rows = this.deliveries.filter((row) => !this.enqueued.has(row.id)).slice(0, limit);
    return Promise.resolve(rows.map(({ id, traceparent }) => ({ id, traceparent, replays: 0 })));
  }

  /** As the delivery store's: the fake's deliveries are only ever handed on. */
  markEnqueued(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.enqueued.add(id);
    return Promise.resolve();
  }

  countOpen(): Promise<{ publications: number; deliveries: number }> {
    return Promise.resolve({ publications: this.publications.length, deliveries: this.deliveries.length });
  }
}

/** What is from before the floor belongs to the range that has no beginning. */
function isWithin(row: HourCount, tenant: string | null, { fromMs, toMs }: HourRange): boolean {
  if (tenant !== null && row.tenant !== tenant) return false;
  if (row.hourMs === null) return fromMs === null;
  return (fromMs === null || row.hourMs >= fromMs) && row.hourMs < toMs;
}

/** Rows in memory are never missing: there is nothing to name. */
function asCheck({ hours, counts, differences }: ComparedCounts): LedgerCheck {
  return { hours, counts, mismatches: differences.map((one) => ({ ...one, examples: [] })) };
}
