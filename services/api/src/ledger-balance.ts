import type { Ledger } from '@oopstream/contracts';
import type { LedgerCounts, PartitionPosition } from '@oopstream/ports';

/** What the log says, per topic and the group that works on it; the receipts' topic read first. */
export interface LogPositions {
  readonly received: readonly PartitionPosition[];
  readonly fingerprinted: readonly PartitionPosition[];
  readonly bulk: readonly PartitionPosition[];
  readonly rejected: readonly PartitionPosition[];
}

/** The counts of all tenants, before the positions were read and after. */
export interface CountsAround {
  readonly before: LedgerCounts;
  readonly after: LedgerCounts;
}

type BalancedLedger = Omit<Ledger, 'watermark' | 'scope'>;

/**
 * Adds the ledger up: received = duplicate + no crash + rejected + read + in flight (+ balance). Work that moves on
 * between two looks is seen twice or not at all by either; so a receipt is missing only if it is in none of the counts
 * after the positions and nowhere unread, and one is counted twice only if the counts before had more than the log then
 * held. Pure.
 */
export function balanceLedger(positions: LogPositions, counts: CountsAround, asOf: string): BalancedLedger {
  const { before, after } = counts;
  const appended = positions.received.reduce((sum, one) => sum + one.endOffset, 0);
  const unread = {
    toRead: unreadOf(positions.received),
    toGroup: unreadOf([...positions.fingerprinted, ...positions.bulk, ...positions.rejected]),
  };
  const unreadTotal = unread.toRead + unread.toGroup;
  const missing = Math.max(0, appended - accounted(after) - unreadTotal);
  const unsettled = appended - accounted(before);
  const total = Math.max(0, unsettled - missing);
  const toRead = Math.min(unread.toRead, total);
  return {
    asOf,
    // Records of a producer's retry are in the log, but are no receipts.
    received: Math.max(0, appended - before.redelivered),
    ...viewCounts(before),
    inFlight: { toRead, toGroup: total - toRead, total },
    balance: unsettled < 0 ? unsettled : missing,
    atRest: total === 0 && unreadTotal === 0,
    partitions: positions.received.map((one) => viewPartition(one, before)),
  };
}

/** The part of a ledger that is counts alone. */
export function viewCounts(counts: LedgerCounts) {
  const transcripts = countTranscripts(counts.transcripts);
  const { readings } = counts;
  return {
    transcripts: transcripts.byOutcome,
    rejectedByReason: transcripts.rejectedByReason,
    readings: {
      grouped: readings['grouped'] ?? 0,
      sameCrash: readings['same-crash'] ?? 0,
      held: readings['held'] ?? 0,
      sampledAway: readings['sampled-away'] ?? 0,
    },
    crashes: counts.crashes['counted'] ?? 0,
    bodies: countBodies(counts.bodies),
    redelivered: counts.redelivered,
  };
}

/** Positions of the log that the counts stand for. */
function accounted(counts: LedgerCounts): number {
  return Object.values(counts.transcripts).reduce((sum, count) => sum + count, 0) + counts.redelivered;
}

function countBodies(bodies: LedgerCounts['bodies']): Ledger['bodies'] {
  const byReason: Record<string, number> = {};
  for (const [outcome, count] of Object.entries(bodies))
    if (outcome.startsWith(SAMPLED)) byReason[outcome.slice(SAMPLED.length)] = count;
  const sampledAway = Object.values(byReason).reduce((sum, count) => sum + count, 0);
  return { kept: bodies['kept'] ?? 0, sampledAway, byReason };
}

const SAMPLED = 'sampled-away:';

function viewPartition(position: PartitionPosition, counts: LedgerCounts): Ledger['partitions'][number] {
  const mark = counts.watermark.find((one) => one.partition === position.partition);
  return {
    partition: position.partition,
    startOffset: position.startOffset,
    endOffset: position.endOffset,
    readOffset: readOffset(position),
    counted: mark?.receipts ?? 0,
    highestCounted: mark?.maxOffset ?? null,
  };
}

/** Records that a group has not gone past yet. */
function unreadOf(positions: readonly PartitionPosition[]): number {
  return positions.reduce((sum, one) => sum + Math.max(0, one.endOffset - readOffset(one)), 0);
}

/** A group that never committed begins at the first record held; one that fell behind retention does too. */
export function readOffset({
  committedOffset,
  startOffset,
}: Pick<PartitionPosition, 'committedOffset' | 'startOffset'>): number {
  return Math.max(committedOffset ?? startOffset, startOffset);
}

function countTranscripts(counts: LedgerCounts['transcripts']) {
  const byOutcome = { duplicate: 0, noCrash: 0, rejected: 0, read: 0 };
  const rejectedByReason: Record<string, number> = {};
  for (const [outcome, count] of Object.entries(counts)) {
    if (outcome === 'duplicate' || outcome === 'read') byOutcome[outcome] += count;
    else if (outcome === 'no-crash') byOutcome.noCrash += count;
    else if (outcome.startsWith('rejected')) {
      const reason = outcome.slice('rejected:'.length) || 'unknown';
      byOutcome.rejected += count;
      rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + count;
    }
  }
  return { byOutcome, rejectedByReason };
}
