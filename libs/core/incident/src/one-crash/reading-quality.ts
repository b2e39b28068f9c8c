import type { Reading } from '@oopstream/core-transcript';

/** Frames that a stack takes to be one. */
const ENOUGH_FRAMES = 3;
/** Above what any reading has: of crashes that were there before copies were compared. */
export const UNKNOWN_QUALITY = 1_000;

/**
 * How much a reading tells of its crash; of several copies the highest speaks for it. A sound one comes before any
 * damaged one, then counts whether it names where the instruction pointer stood, with the offset, its stack, registers,
 * and last what it knows besides: release, uptime, time, taint, process, the kernel's own header. Below
 * {@link UNKNOWN_QUALITY}.
 */
export function qualityOf(reading: Reading): number {
  const { fault, frames } = reading;
  const named = fault !== null && fault.ofCrash;
  const reliable = frames.filter((frame) => frame.reliable).length;
  const facts = [
    reading.kernelRelease,
    reading.uptimeSeconds,
    reading.occurredAtMs ?? reading.moment?.bootedAtMs ?? null,
    reading.taint,
    reading.comm,
    reading.headline,
  ].filter((fact) => fact !== null).length;
  const steps: readonly (readonly [value: number, of: number])[] = [
    [reading.damage === null ? 1 : 0, 2],
    [named ? 1 : 0, 2],
    [named && fault.offset !== null ? 1 : 0, 2],
    [reliable >= ENOUGH_FRAMES ? 2 : Math.min(1, frames.length), 3],
    [(reading.moment?.machineStates.length ?? 0) > 0 ? 1 : 0, 2],
    [facts, 7],
  ];
  return steps.reduce((sum, [value, of]) => sum * of + value, 0);
}

/** A copy's place among the copies of its crash. */
export interface CopyRank {
  readonly quality: number;
  readonly transcriptId: string;
}

/** Of equals the lower transcript id comes first, so that the order they came in decides nothing. */
export function isBetterCopy(one: CopyRank, other: CopyRank): boolean {
  if (one.quality !== other.quality) return one.quality > other.quality;
  return one.transcriptId < other.transcriptId;
}
