import { WINDOW_BYTES, type IdleScan } from './idle-scan';
import { decodeForScan } from './text';

/** Bytes by which windows overlap when all of a text is looked at: what crash(8) prints is no longer. */
const OVERLAP = 16;

/**
 * Passes over the lines of a text that say nothing while no report is open. All of its work is done on bytes: a healthy
 * log is nothing but such lines.
 */
export class IdleLines {
  /** Lines passed over by the last call. */
  passed = 0;
  /** Start of the last framed line among them, which said who prints; -1 for none. */
  lastFramed = -1;
  /** The text holds control characters somewhere. */
  readonly control: boolean;
  /** The text may hold what crash(8) prints; if not, it does not. */
  readonly crash8: boolean;
  /** The part of the text that was last put into the scanner. */
  private base = 0;
  private end = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly maxLineBytes: number,
    private readonly scan: IdleScan,
    /** Asked for messages that begin like one that matters. */
    private readonly matters: (message: string) => boolean,
    private readonly windowBytes = WINDOW_BYTES,
  ) {
    let control = false;
    let crash8 = false;
    for (let from = 0; ; from = this.end - OVERLAP) {
      const survey = this.load(from);
      control ||= survey.control;
      crash8 ||= survey.crash8;
      if (this.end === bytes.length) break;
    }
    this.control = control;
    this.crash8 = crash8;
  }

  /** @returns start of the first line from `from` on that has to be read: it may matter, or is of no usual form. */
  pass(from: number): number {
    this.passed = 0;
    this.lastFramed = -1;
    if (!this.scan.holds(this) || from < this.base || from >= this.end) this.load(from);
    for (let at = from; ;) {
      const { start, passed, lastFramed, message, framed, next } = this.scan.pass(
        at - this.base,
        this.maxLineBytes,
      );
      const line = this.base + start;
      this.passed += passed;
      if (lastFramed >= 0) this.lastFramed = this.base + lastFramed;
      if (message === null) {
        if (!this.isCut(line)) return line;
        this.load(line);
        at = line;
        continue;
      }
      if (this.matters(decodeForScan(message))) {
        // A line with a prefix says itself who prints.
        if (framed) this.lastFramed = -1;
        return line;
      }
      if (framed) this.lastFramed = line;
      this.passed++;
      at = this.base + next;
    }
  }

  /** Whether the line may go on behind the window, and would not if the window began with it. */
  private isCut(line: number): boolean {
    return this.end < this.bytes.length && line > this.base && this.end - line <= this.maxLineBytes + 1;
  }

  private load(from: number): { readonly control: boolean; readonly crash8: boolean } {
    this.base = from;
    this.end = Math.min(this.bytes.length, from + this.windowBytes);
    return this.scan.load(this, this.bytes.subarray(this.base, this.end));
  }
}
