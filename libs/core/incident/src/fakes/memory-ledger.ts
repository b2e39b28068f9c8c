import type { DedupPlan, LedgerKind, PlannedBody, PlannedReading, PlannedReceipt } from '../dedup-plan';
import type { DedupState, KnownCrash } from '../dedup-state';
import { hourOf, ledgerOutcome } from '../ledger-tally';
import { BODY_KEPT } from '../storm/storm-draft';

/** A count of one hour; the shape of the port's. */
export interface MemoryHourCount {
  readonly tenant: string;
  /** `null`: from before the retention floor. */
  readonly hourMs: number | null;
  readonly kind: LedgerKind;
  readonly outcome: string;
  readonly count: number;
}

interface MemoryBlobRef {
  readonly tenant: string;
  readonly sha256: string;
  /** Transcripts that keep it. */
  readonly refs: number;
  /** `null`: somebody keeps it. */
  readonly unreferencedAtMs: number | null;
}

interface MemoryRows {
  readonly receipts: Iterable<PlannedReceipt>;
  readonly readings: Iterable<PlannedReading>;
  readonly crashes: Iterable<KnownCrash>;
  readonly omitted: Iterable<{
    readonly tenant: string;
    readonly id: string;
    readonly omittedReadings: number;
  }>;
}

/** What was counted by hour, the bodies, and the storms; and all of it counted again from rows. */
export class MemoryLedger {
  readonly bodies = new Map<string, PlannedBody>();
  readonly storms = new Map<string, DedupState['storms'][number]>();
  /** Every body that came to the blob store and was not dropped. */
  private readonly blobs = new Map<string, MemoryBlobRef>();
  private readonly counted: MemoryHourCount[] = [];
  /** What retention let go of, one count each. */
  private readonly forgotten: MemoryHourCount[] = [];

  apply(plan: DedupPlan, nowMs: number): void {
    for (const { tenant, hourMs, kind, outcome, count } of plan.ledger)
      this.counted.push({ tenant, hourMs, kind, outcome, count });
    for (const body of plan.bodies) {
      const key = `${body.tenant} ${body.transcriptId}`;
      const before = refsOf(this.bodies.get(key));
      this.bodies.set(key, { ...body, isNew: false });
      if (body.isStored) this.refer(body, refsOf(body) - before, nowMs);
    }
    for (const body of plan.offered) this.refer(body, 0, nowMs);
    for (const { incidentId, state } of plan.storms) this.storms.set(incidentId, { incidentId, state });
  }

  forget(tenant: string, kind: LedgerKind, outcome: string, receivedAtMs: number, count = 1): void {
    this.forgotten.push({ tenant, kind, outcome, hourMs: hourOf(receivedAtMs), count });
  }

  forgetBody(tenant: string, id: string, atMs: number): void {
    const body = this.bodies.get(`${tenant} ${id}`);
    if (body === undefined) return;
    this.forget(tenant, 'body', outcomeOf(body), body.receivedAtMs);
    this.refer(body, -refsOf(body), atMs);
    this.bodies.delete(`${tenant} ${id}`);
  }

  /** Blobs that no transcript has kept since before a time, oldest first. */
  unreferenced(beforeMs: number): MemoryBlobRef[] {
    return [...this.blobs.values()]
      .filter(({ unreferencedAtMs }) => unreferencedAtMs !== null && unreferencedAtMs < beforeMs)
      .sort((a, b) => (a.unreferencedAtMs ?? 0) - (b.unreferencedAtMs ?? 0));
  }

  /** One that came again since is looked at later. */
  spareBlob(ref: MemoryBlobRef, nowMs: number): void {
    this.blobs.set(`${ref.tenant} ${ref.sha256}`, { ...ref, unreferencedAtMs: nowMs });
  }

  dropBlob({ tenant, sha256 }: { readonly tenant: string; readonly sha256: string }): void {
    this.blobs.delete(`${tenant} ${sha256}`);
  }

  private refer(body: { readonly tenant: string; readonly sha256: string }, by: number, nowMs: number): void {
    const { tenant, sha256 } = body;
    const before = this.blobs.get(`${tenant} ${sha256}`);
    const refs = (before?.refs ?? 0) + by;
    const unreferencedAtMs = refs > 0 ? null : (before?.unreferencedAtMs ?? nowMs);
    this.blobs.set(`${tenant} ${sha256}`, { tenant, sha256, refs, unreferencedAtMs });
  }

  /** Sums by hour; hours from before the floor are one. */
  counts(floorMs: number): MemoryHourCount[] {
    return sumHours(this.counted, floorMs);
  }

  recount(rows: MemoryRows, floorMs: number): MemoryHourCount[] {
    const found = [...this.forgotten];
    const add = (tenant: string, kind: LedgerKind, outcome: string, atMs: number, count = 1): void => {
      found.push({ tenant, kind, outcome, hourMs: hourOf(atMs), count });
    };
    for (const { tenant, outcome, reason, receivedAtMs, redeliveredFrom } of rows.receipts) {
      add(tenant, 'transcript', ledgerOutcome(outcome, reason), receivedAtMs);
      add(tenant, 'redelivered', 'redelivered', receivedAtMs, redeliveredFrom.length);
    }
    for (const one of rows.readings) add(one.tenant, 'reading', one.outcome, one.receivedAtMs);
    for (const one of rows.crashes) add(one.tenant, 'crash', 'counted', one.receivedAtMs);
    for (const one of this.bodies.values()) add(one.tenant, 'body', outcomeOf(one), one.receivedAtMs);
    for (const { tenant, id, omittedReadings } of rows.omitted) {
      const atMs = this.bodies.get(`${tenant} ${id}`)?.receivedAtMs ?? 0;
      add(tenant, 'reading', 'sampled-away', atMs, omittedReadings);
    }
    return sumHours(found, floorMs);
  }
}

function refsOf(body: PlannedBody | undefined): 0 | 1 {
  return body === undefined || body.sampledAway !== null ? 0 : 1;
}

function outcomeOf({ sampledAway }: PlannedBody): string {
  return sampledAway === null ? BODY_KEPT : `sampled-away:${sampledAway}`;
}

function sumHours(rows: readonly MemoryHourCount[], floorMs: number): MemoryHourCount[] {
  const sums = new Map<string, MemoryHourCount>();
  for (const { hourMs, count, ...row } of rows) {
    const at = hourMs === null || hourMs < floorMs ? null : hourMs;
    const key = JSON.stringify([row.tenant, at, row.kind, row.outcome]);
    sums.set(key, { ...row, hourMs: at, count: (sums.get(key)?.count ?? 0) + count });
  }
  return [...sums]
    .filter(([, row]) => row.count !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}
