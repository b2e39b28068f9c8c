import type { Line } from './framing';
import { HEADER_STARTS, matchHeader, matchPanic } from './header-line';
import { lineStarts } from './literal-starts';
import { readHeaderFacts } from './header-facts';
import { loseLines, tellsLoss } from './lost-lines';
import type { Observe } from './observe';
import type { Arch, FaultLocation } from './reading';
import { openDraft, type Draft } from './report';
import { readBody, type BodySink } from './report-body';
import { showsCrash } from './damage';
import { OpenReports } from './open-reports';
import { PastLimit } from './past-limit';
import type { HeaderRow } from './tables/headers';

export interface ConsoleLimits {
  readonly maxReadings: number;
  readonly maxFrames: number;
}

/** Lines after which a report with nothing new to say is over. */
const REPORT_REACH = 200;
/** Lines between the parts of one report's beginning (arm64 prints its abort decoding in between). */
const FOLD_REACH = 30;
/** Lines and seconds within which a panic is taken to follow from a report. */
const PANIC_REACH_LINES = 4000;
const PANIC_REACH_SECONDS = 120;
/** Unrelated lines in the middle of a trace before it counts as over. */
const TRACE_REACH = 16;

/** Lines between two reports of which the first may go on among those of the second. */
const CROWD_REACH = 8;

/** Messages that precede the assertion which they explain. */
const EXPLAINS_ASSERT = new Set([
  'list-corruption',
  'refcount',
  'debug-objects',
  'usercopy',
  'fortify',
  'hard-lockup',
  'cfi',
  'rust-panic',
  'ref-leak',
  'irq',
  'lock-misuse',
  'slab-corruption',
]);
const CUT = /^-{8,}(?:\[ cut here \]|- cut here -|\[? ?cut here ?\]?)/;
const DASH = 0x2d;
const UPPER_L = 0x4c;
const LINUX_VERSION = /^Linux version (\d\S*)/;
const NMI_BACKTRACE = 'NMI backtrace for cpu ';

/** How messages begin that may matter while no report is open, as `lineStarts` says it. */
export const IDLE_STARTS: readonly string[] = [...HEADER_STARTS, ...lineStarts(LINUX_VERSION), NMI_BACKTRACE];

/** Whether a message does: it begins a report or a boot, or is another CPU's part of the last report. */
export function mattersIdle(message: string): boolean {
  return matchHeader(message) !== null || LINUX_VERSION.test(message) || message.startsWith(NMI_BACKTRACE);
}

/** Reads kernel log lines; keeps one open report for each caller (task or CPU) that prints. */
export class ConsoleReader implements BodySink {
  readonly drafts: Draft[] = [];
  private readonly past = new PastLimit();
  private readonly open = new OpenReports();
  private lastCaller = '';
  private release: string | null = null;
  private arch: Arch | null = null;
  private bootFirst = 0;
  /** The report that another one's first line closed. */
  private interrupted: Draft | null = null;
  /** The report of this boot that began last, be it past the limit. */
  private last: Draft | null = null;

  readonly maxFrames: number;

  constructor(
    private readonly limits: ConsoleLimits,
    private readonly observe: Observe | null,
  ) {
    this.maxFrames = limits.maxFrames;
  }

  /** Reports past the limit. */
  get omitted(): number {
    return this.past.count;
  }

  /** No report is open: only a line that begins one matters, and the line with which a kernel starts. */
  get idle(): boolean {
    return this.open.size === 0;
  }

  line(line: Line): void {
    if (line.foreign) {
      if (this.open.size > 0 && tellsLoss(line.message)) this.lose(line);
      return;
    }
    const caller = line.caller ?? (line.framed ? '' : this.lastCaller);
    this.lastCaller = caller;
    const message = line.framed ? line.message : line.message.trimStart();
    const row = matchHeader(message);
    const draft = this.open.get(caller) ?? null;
    if (row) {
      this.onHeader(row, message === line.message ? line : { ...line, message }, caller, draft);
      return;
    }
    if (draft) this.onBody(draft, line, caller);
    else if (!this.joinsLast(line, caller)) {
      if (this.open.size > 0 && tellsLoss(message)) this.lose(line);
      this.onIdle(message);
    }
  }

  /** Whose lines are missing is not known: any report's that is being printed. */
  private lose(line: Line): void {
    for (const draft of this.open.all()) loseLines(draft, line);
    this.note(line, 'loss', line.message);
  }

  /** A CPU that was asked for its backtrace prints it under its own name: it belongs to the report that asked. */
  private joinsLast(line: Line, caller: string): boolean {
    const last = this.drafts[this.drafts.length - 1];
    if (!last || line.caller === null || !line.message.startsWith(NMI_BACKTRACE)) return false;
    if (this.drafts.length <= this.bootFirst || !isNear(last, line)) return false;
    this.open.set(caller, last);
    this.onBody(last, line, caller);
    return true;
  }

  private onIdle(message: string): void {
    if (message.charCodeAt(0) !== UPPER_L) return;
    const version = LINUX_VERSION.exec(message);
    if (version) this.onBoot(version[1] ?? null);
  }

  private onBoot(release: string | null): void {
    this.release = release;
    this.bootFirst = this.drafts.length;
    this.last = null;
    this.interrupted = null;
    this.open.clear();
  }

  note(line: Line, role: string, note: string): void {
    this.observe?.({ span: { start: line.start, end: line.end }, role, note });
  }

  private onHeader(row: HeaderRow, line: Line, caller: string, draft: Draft | null): void {
    if (row.role === 'panic') {
      this.onPanic(line, caller, draft);
      return;
    }
    if (draft && this.folds(row, line, draft)) {
      this.fold(row, line, draft);
      this.note(line, 'header', `belongs to the report above: ${row.from}`);
      return;
    }
    if (draft && draft.trace === 'open' && row.from.includes('unwind')) return;
    if (
      draft &&
      isFresh(draft) &&
      draft.role !== 'panic' &&
      !(row.kind === 'ref-leak' && row.role === 'own')
    ) {
      draft.damage ??= 'other-report-between';
    }
    const fresh = openDraft(line, row.kind, row.role, 'console');
    const ahead = draft ?? this.interrupted;
    fresh.crowded = ahead !== null && line.caller === null && isUnderWay(ahead, line);
    this.begin(fresh, row, line, caller);
  }

  private begin(draft: Draft, row: HeaderRow | null, line: Line, caller: string): void {
    this.note(line, 'header', `${draft.kind}: ${row ? row.from : 'kernel/panic.c panic'}`);
    if (row) draft.exception = row.exception ?? null;
    if (row?.role === 'die') draft.fatal = true;
    readHeaderFacts(draft, line.message);
    draft.kernelRelease = this.release;
    draft.arch = this.arch;
    // Past the limit a report is still followed to its end, so that its parts are not counted as reports.
    if (this.drafts.length >= this.limits.maxReadings) this.dropNoCrashes();
    if (this.drafts.length < this.limits.maxReadings) this.drafts.push(draft);
    else this.past.add(draft, this.open);
    this.last = draft;
    // These messages are one line: what comes next belongs to whatever was being printed.
    if (draft.kind !== 'ref-leak' || row?.role === 'lead') this.open.set(caller, draft);
  }

  /** Makes room: what began like a report and showed no crash needs no place. */
  private dropNoCrashes(): void {
    const needless = (draft: Draft) => !showsCrash(draft) && !this.open.holds(draft);
    if (!this.drafts.some(needless)) return;
    const earlier = this.drafts.slice(0, this.bootFirst).filter(needless).length;
    this.drafts.splice(0, this.drafts.length, ...this.drafts.filter((draft) => !needless(draft)));
    this.bootFirst -= earlier;
  }

  private folds(row: HeaderRow, line: Line, draft: Draft): boolean {
    if (line.number - draft.headerLine > FOLD_REACH || !isFresh(draft)) {
      return (
        row.kind === 'warning' &&
        draft.kind === 'slab-corruption' &&
        !draft.ended &&
        line.message.includes('mm/sl')
      );
    }
    if (draft.exception === 'alignment' && row.exception === 'abort') return true;
    if (row.role === 'die') return !draft.died && (draft.role === 'lead' || draft.role === 'assert');
    if (row.role === 'assert') return draft.role === 'lead' && EXPLAINS_ASSERT.has(draft.kind);
    if (row.kind === 'memory-leak') return draft.kind === 'memory-leak';
    // A symboliser repeats the header for each function that was inlined at the place.
    if (row.kind === draft.kind && draft.headline.endsWith('[inline]')) return true;
    return row.kind === draft.kind && row.role === 'lead' && draft.role === 'assert';
  }

  private fold(row: HeaderRow, line: Line, draft: Draft): void {
    if (row.role === 'die') {
      draft.died = true;
      draft.fatal = true;
      if (row.exception !== undefined && (draft.exception === null || row.kind !== 'paging-request'))
        draft.exception = row.exception;
    }
    if (row.role === 'assert') {
      draft.role = 'assert';
      draft.section = 'main';
      draft.trace = 'none';
    }
    readHeaderFacts(draft, line.message);
    touch(draft, line);
  }

  private onPanic(line: Line, caller: string, draft: Draft | null): void {
    const { row, text } = matchPanic(line.message);
    for (let i = this.bootFirst; i < this.drafts.length; i++) {
      const earlier = this.drafts[i];
      if (earlier) earlier.panicked = true;
    }
    const target = draft ?? this.last;
    if (target && isNear(target, line) && followsFrom(row.follows, target)) {
      target.fatal = true;
      target.ended = true;
      touch(target, line);
      this.open.set(caller, target);
      this.note(line, 'panic', 'follows from the report above');
      if (target.frames.length > 0 || target.kind === 'hung-task') target.section = 'other';
      target.trace = target.frames.length > 0 ? 'done' : 'none';
      return;
    }
    const fresh = openDraft(line, row.kind, 'panic', 'console');
    fresh.panicked = true;
    fresh.fatal = true;
    if (row.follows === 'any' || row.follows === 'died')
      fresh.damage = /Attempted to kill/.test(text) ? null : 'aftermath-only';
    this.begin(fresh, null, line, caller);
  }

  private onBody(draft: Draft, line: Line, caller: string): void {
    const message = line.message;
    if (message.charCodeAt(0) === DASH && CUT.test(message)) {
      // Slab reports end in a WARNING that only prints their stack (6.12 on).
      const unfinished =
        draft.frames.length === 0 && (draft.role === 'lead' || draft.kind === 'slab-corruption');
      if (!unfinished || draft.ended) {
        this.open.delete(caller);
        this.interrupted = draft;
      }
      return;
    }
    if (readBody(this, draft, line)) {
      touch(draft, line);
      return;
    }
    if (tellsLoss(message)) {
      this.lose(line);
      return;
    }
    // A program that writes to the same console is no sign that the report is over.
    if (draft.framed && !line.framed) return;
    draft.unknown++;
    if (draft.unknown > REPORT_REACH) this.open.delete(caller);
    if (draft.trace === 'open' && ++draft.strange > TRACE_REACH && draft.frames.length > 0)
      draft.trace = 'done';
    this.onIdle(message);
  }

  /** khungtaskd names every task that hangs and then shows the other CPUs once, for all of them. */
  shareWithHung(fault: FaultLocation): void {
    for (let i = this.drafts.length - 1; i >= this.bootFirst; i--) {
      const earlier = this.drafts[i];
      if (earlier?.kind !== 'hung-task') break;
      earlier.fault ??= fault;
    }
  }
}

/** Has a header, but not yet its stack. */
function isFresh(draft: Draft): boolean {
  return draft.frames.length === 0 && !draft.announced && !draft.ended;
}

/** Its trace was not seen to its end, and it spoke just now. */
function isUnderWay(draft: Draft, line: Line): boolean {
  return !draft.ended && draft.trace !== 'done' && line.number - draft.lastLine <= CROWD_REACH;
}

function touch(draft: Draft, line: Line): void {
  draft.unknown = 0;
  draft.lastLine = line.number;
  draft.end = line.end;
  if (line.uptime !== null) draft.lastUptime = line.uptime;
}

function isNear(draft: Draft, line: Line): boolean {
  if (line.number - draft.lastLine > PANIC_REACH_LINES) return false;
  return (
    draft.lastUptime === null ||
    line.uptime === null ||
    Math.abs(line.uptime - draft.lastUptime) <= PANIC_REACH_SECONDS
  );
}

function followsFrom(follows: 'any' | 'died' | readonly string[], draft: Draft): boolean {
  if (follows === 'any') return true;
  if (follows === 'died') return draft.died;
  return follows.includes(draft.kind);
}
