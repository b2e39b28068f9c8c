import { IDLE_STARTS, mattersIdle } from './console-reader';
import { readLine, type Line } from './framing';
import { IdleLines } from './idle-lines';
import { IdleScan } from './idle-scan';
import { LineWindow } from './line-window';

const SCAN = IdleScan.create(IDLE_STARTS);
const CR = 13;

/** @returns null where nothing can be passed over: every line has to be read. */
export function idleLinesOf(bytes: Uint8Array, maxLineBytes: number): IdleLines | null {
  return SCAN === null ? null : new IdleLines(bytes, maxLineBytes, SCAN, mattersIdle);
}

/** Calls `each` for the lines of a text as `eachLine` does, but for those that say nothing while `isIdle`. */
export function eachLineThatMatters(
  bytes: Uint8Array,
  maxLineBytes: number,
  each: (line: Line) => void,
  isIdle: () => boolean,
  idle: IdleLines,
): void {
  const window = new LineWindow(bytes, maxLineBytes);
  const { control } = idle;
  let number = 0;
  for (let start = 0; start < bytes.length; number++) {
    if (isIdle()) {
      start = idle.pass(start);
      number += idle.passed;
      if (start >= bytes.length) return;
      // A line without a prefix goes on with what the line before it began: whoever printed that printed this.
      if (idle.lastFramed >= 0) readAt(idle.lastFramed, number - 1);
    }
    start = readAt(start, number);
  }

  /** @returns start of the next line. */
  function readAt(start: number, number: number): number {
    const next = window.reach(start);
    const { base, text } = window;
    let end = next - 1;
    if (control) while (end > start && bytes[end - 1] === CR) end--;
    readLine(text, start - base, Math.min(end, start + maxLineBytes) - base, { base, number, control, each });
    return next;
  }
}
