import type { LedgerDelta, LedgerKind, WatermarkDelta } from './dedup-plan';
import type { SourcePosition } from './receipt';

/** Where something is counted. */
export interface LedgerPlace {
  readonly tenant: string;
  /** Partition of `transcript.received`; any one will do. */
  readonly shard: number;
  /** As the row says that it is counted again from. */
  readonly receivedAtMs: number;
}

const HOUR_MS = 3_600_000;

/** @returns when the UTC hour of a time begins */
export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) * HOUR_MS;
}

/** Sums up a batch for the ledger; what comes to 0 is left out. */
export class LedgerTally {
  private readonly counts = new Map<string, { -readonly [Key in keyof LedgerDelta]: LedgerDelta[Key] }>();
  private readonly marks = new Map<
    string,
    { -readonly [Key in keyof WatermarkDelta]: WatermarkDelta[Key] }
  >();

  add(place: LedgerPlace, kind: LedgerKind, outcome: string, count = 1): void {
    const { tenant, shard } = place;
    const hourMs = hourOf(place.receivedAtMs);
    const key = JSON.stringify([tenant, shard, hourMs, kind, outcome]);
    const row = this.counts.get(key);
    if (row === undefined) this.counts.set(key, { tenant, shard, hourMs, kind, outcome, count });
    else row.count += count;
  }

  /** Counts a receipt at its partition. */
  mark(tenant: string, source: SourcePosition): void {
    const key = JSON.stringify([tenant, source.partition]);
    const row = this.marks.get(key);
    if (row === undefined)
      this.marks.set(key, { tenant, partition: source.partition, receipts: 1, maxOffset: source.offset });
    else {
      row.receipts += 1;
      row.maxOffset = Math.max(row.maxOffset, source.offset);
    }
  }

  ledger(): LedgerDelta[] {
    return [...this.counts.values()].filter((row) => row.count !== 0);
  }

  watermark(): WatermarkDelta[] {
    return [...this.marks.values()];
  }
}

/** @returns the ledger's name of a receipt outcome: rejected ones carry their reason. */
export function ledgerOutcome(outcome: string, reason: string | null): string {
  return reason === null ? outcome : `${outcome}:${reason}`;
}
