import { eachLine, type Line } from '../framing';
import { matchHeader } from '../header-line';
import type { Reading, Span } from '../reading';
import { MAX_HEADLINE } from '../report';
import { keepText, spanOf } from '../text';

/** A line of the report with what it takes to say which bytes a part of it stands for. */
export interface DetailLine {
  /** What the kernel printed, leading blanks cut off. */
  readonly text: string;
  /** Blanks cut off. */
  readonly indent: number;
  /** The same with them. */
  readonly message: string;
  /** Bytes of the whole line, prefixes included. */
  readonly span: Span;
  /** Stands behind the last line that the reading knows to be its own. */
  readonly after: boolean;
  readonly framed: boolean;
  /** Byte at which `text` begins; -1 where control characters stand between its letters. */
  readonly at: number;
  /** The line as captured, for parts that cannot be placed by counting. */
  readonly captured: string;
}

/** Bytes of `length` letters of `line.text` from `index` on; the whole line where control characters hide them. */
export function spanIn(line: DetailLine, index: number, length: number): Span {
  if (line.at >= 0) return spanOf(line.at + index, line.at + index + length);
  const found = line.captured.indexOf(line.text.slice(index, index + length));
  return found < 0 ? line.span : spanOf(line.span.start + found, line.span.start + found + length);
}

/** Where its letters stand is worked out for the few lines of which somebody asks. */
class PlacedLine implements DetailLine {
  readonly text: string;
  readonly indent: number;
  readonly message: string;
  readonly span: Span;
  readonly after: boolean;
  readonly framed: boolean;
  private placed: number | null = null;

  constructor(
    private readonly scanned: string,
    private readonly line: Line,
    span: Span,
  ) {
    const { message, start, end, framed } = line;
    this.text = message.trimStart();
    this.indent = message.length - this.text.length;
    this.message = message;
    this.span = spanOf(span.start + start, span.start + end);
    this.after = span.start + start >= span.end;
    this.framed = framed;
  }

  get captured(): string {
    return this.scanned.slice(this.line.start, this.line.end);
  }

  get at(): number {
    this.placed ??= this.place();
    return this.placed;
  }

  private place(): number {
    const { captured, text, span } = this;
    const within = captured.endsWith(text) ? captured.length - text.length : captured.indexOf(text);
    return within < 0 ? -1 : span.start + within;
  }
}

/** A CPU that was asked for its backtrace prints under its own name. */
const JOINS = 'NMI backtrace for cpu ';

/** Nothing behind these is of the report above them. */
const NEXT = /^(?:Linux version \d|crash> ?)/;

/**
 * The lines of one report: from its header on, without those of programs and, where the kernel prints its callers
 * (CONFIG_PRINTK_CALLER), without those of others that print at the same time, except CPUs asked for their backtrace.
 *
 * @param text the bytes of the reading's span and some behind it, one character a byte; those behind it end where
 *   another report begins.
 */
export function eachDetailLine(
  text: string,
  reading: Reading,
  maxLineBytes: number,
  each: (line: DetailLine) => void,
): void {
  const isHeader = headerOf(reading);
  let own: string | null = null;
  let last = '';
  let over = false;
  const isNext = (line: Line): boolean => {
    if (reading.span.start + line.start < reading.span.end) return false;
    const row = matchHeader(line.message);
    return row !== null || NEXT.test(line.message);
  };
  const joined = new Set<string>();
  eachLine(text, maxLineBytes, (line) => {
    if (over || line.foreign) return;
    const caller = line.caller ?? (line.framed ? '' : last);
    last = caller;
    if (own === null) {
      if (!isHeader(line)) return;
      own = caller;
    }
    if (caller !== own && caller !== '') {
      if (line.message.startsWith(JOINS)) joined.add(caller);
      else if (matchHeader(line.message) !== null) joined.delete(caller);
      if (!joined.has(caller) && own !== '') return;
    }
    over = isNext(line);
    if (!over) each(new PlacedLine(text, line, reading.span));
  });
}

/** A span may begin above the header where crash(8) output belongs to the same crash. */
function headerOf(reading: Reading): (line: Line) => boolean {
  const { headline } = reading;
  if (reading.format === 'console' && headline === null) return () => true;
  return (line) => keepText(line.message.trim().slice(0, MAX_HEADLINE)) === headline;
}
