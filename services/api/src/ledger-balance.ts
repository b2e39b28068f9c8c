import type { Ledger } from '@oopstream/contracts';
import type { LedgerCounts, PartitionPosition } from '@oopstream/ports';

/**
 * What the log says, per topic and the group that works on it. To be read before the counts, the receipts' topic first:
 * work that moves on meanwhile is then seen twice (balance below 0 for a moment) and never overlooked.
 */
export interface LogPositions {
  readonly received: readonly PartitionPosition[];
  readonly fingerprinted: readonly PartitionPosition[];
  readonly rejected: readonly PartitionPosition[];
}

/** Adds the ledger up: received = duplicate + no crash + rejected + read + in flight. Pure. */
export function balanceLedger(positions: LogPositions, counts: LedgerCounts, asOf: string): Ledger {
  const transcripts = countTranscripts(counts.transcripts);
  const { readings } = counts;
  const toRead = unread(positions.received);
  const toGroup = unread(positions.fingerprinted) + unread(positions.rejected);
  const inFlight = { toRead, toGroup, total: toRead + toGroup };
  const appended = positions.received.reduce((sum, one) => sum + one.endOffset, 0);
  // Records of a producer's retry are in the log, but are no receipts.
  const received = Math.max(0, appended - counts.redelivered);
  const { duplicate, noCrash, rejected, read } = transcripts.byOutcome;
  const counted = duplicate + noCrash + rejected + read;
  return {
    asOf,
    received,
    transcripts: transcripts.byOutcome,
    rejectedByReason: transcripts.rejectedByReason,
    readings: {
      grouped: readings['grouped'] ?? 0,
      sameCrash: readings['same-crash'] ?? 0,
      held: readings['held'] ?? 0,
      sampledAway: readings['sampled-away'] ?? 0,
    },
    inFlight,
    redelivered: counts.redelivered,
    balance: appended - counts.redelivered - counted - inFlight.total,
    atRest: inFlight.total === 0,
    partitions: positions.received.map((one) => viewPartition(one, counts)),
  };
}

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
function unread(positions: readonly PartitionPosition[]): number {
  return positions.reduce((sum, one) => sum + Math.max(0, one.endOffset - readOffset(one)), 0);
}

/** A group that never committed begins at the first record held; one that fell behind retention does too. */
function readOffset({ committedOffset, startOffset }: PartitionPosition): number {
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
