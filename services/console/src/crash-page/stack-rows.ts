import type { CrashReading, Frame } from '../api/models';
import { plainFunction } from './frame-text';

/** One line of the stack as the page shows it. */
export interface StackRow {
  /** `RIP`, or the frame's number in the reading, from 0. */
  readonly label: string;
  readonly frame: Pick<
    Frame,
    'function' | 'offset' | 'size' | 'module' | 'reliable' | 'inline' | 'source' | 'address'
  >;
  /** Where the text says so, in bytes; `null` for the fault: it is told by the report's header. */
  readonly start: number | null;
}

/**
 * The kernel's own call trace begins at the caller of the function that faulted: the fault goes on top, unless the
 * trace shows it already, as crash(8) does. The pointer of another CPU or of an interrupted function is left out.
 */
export function stackRows({
  fault,
  frames,
}: Pick<CrashReading['reading'], 'fault' | 'frames'>): readonly StackRow[] {
  const rows = frames.map((frame, index) => ({ label: String(index), frame, start: frame.span.start }));
  if (fault?.ofCrash !== true) return rows;
  const name = plainFunction(fault.function);
  if (frames.some((frame) => frame.reliable && plainFunction(frame.function) === name)) return rows;
  const top = { ...fault, size: null, reliable: true, inline: false, source: null };
  return [{ label: 'RIP', frame: top, start: null }, ...rows];
}
