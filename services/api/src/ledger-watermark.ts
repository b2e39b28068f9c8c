import type { PartitionPosition } from '@oopstream/ports';
import type { LogPositions } from './ledger-balance';
import { readOffset } from './ledger-balance';

/** The topics behind the worker. */
const BEHIND = ['fingerprinted', 'bulk', 'rejected'] as const;

interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** Up to where the ledger is complete. */
export interface Watermark {
  /** Whatever was acknowledged before it is accounted for. */
  readonly atMs: number;
  readonly offsets: readonly Place[];
}

export interface WatermarkState {
  /** `null`: not known yet. */
  readonly reached: Watermark | null;
  /** The one to be reached next, and whose records are still to go past. */
  readonly next: {
    readonly watermark: Watermark;
    /** Ends of the topics behind the worker at the moment that it had read the watermark's receipts; `null` before. */
    readonly behind: Readonly<Record<(typeof BEHIND)[number], readonly Place[]>> | null;
  } | null;
}

export const NO_WATERMARK: WatermarkState = { reached: null, next: null };

/**
 * Moves the watermark on by a look at the log, whatever comes in meanwhile: the ends of the receipts' topic are marked,
 * then waited for by the worker; then the ends of its topics, waited for by dedup. Pure.
 * @param atMs before the positions were read
 * @param positions the receipts' topic read first
 */
export function advanceWatermark(
  state: WatermarkState,
  atMs: number,
  positions: LogPositions,
): WatermarkState {
  const next = state.next ?? { watermark: { atMs, offsets: endsOf(positions.received) }, behind: null };
  if (next.behind === null && !isPast(positions.received, next.watermark.offsets)) return { ...state, next };
  const behind = next.behind ?? {
    fingerprinted: endsOf(positions.fingerprinted),
    bulk: endsOf(positions.bulk),
    rejected: endsOf(positions.rejected),
  };
  const isSettled = BEHIND.every((topic) => isPast(positions[topic], behind[topic]));
  return isSettled ? { reached: next.watermark, next: null } : { ...state, next: { ...next, behind } };
}

function endsOf(positions: readonly PartitionPosition[]): Place[] {
  return positions.map(({ partition, endOffset }) => ({ partition, offset: endOffset }));
}

function isPast(positions: readonly PartitionPosition[], ends: readonly Place[]): boolean {
  const read = new Map(positions.map((one) => [one.partition, readOffset(one)]));
  return ends.every(({ partition, offset }) => (read.get(partition) ?? 0) >= offset);
}
