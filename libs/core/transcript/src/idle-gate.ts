import { IDLE_STARTS, mattersIdle, type ConsoleReader } from './console-reader';
import { holdsControl, type LineGate } from './framing';
import { IdleLines } from './idle-lines';
import { LineStarts } from './line-starts';

const STARTS = new LineStarts(IDLE_STARTS);

/** Lets lines pass by while the reader waits for a report to begin. */
export function gateOf(
  bytes: Uint8Array,
  text: string,
  { maxLineBytes }: { readonly maxLineBytes: number },
  console: ConsoleReader,
): LineGate {
  const scanned = { bytes, text, control: holdsControl(text) };
  const lines = new IdleLines(scanned, maxLineBytes, STARTS, mattersIdle);
  return { isIdle: () => console.idle, lines };
}
