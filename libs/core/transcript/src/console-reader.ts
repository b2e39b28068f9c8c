import { readArch, readInlineIp, readIp, readTaint, readTask } from './facts';
import { readFrames } from './frame-line';
import type { Line } from './framing';
import { matchHeader, matchPanic } from './header-line';
import { readHeaderFacts } from './header-facts';
import type { Observe } from './observe';
import type { Arch, FaultLocation } from './reading';
import { openDraft, type Draft } from './report';
import { matchSection } from './section-line';
import type { HeaderRow } from './tables/headers';
import type { SectionRow } from './tables/sections';

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
]);
/** Kinds whose first NMI backtrace shows the crash itself. */
const SHOWN_BY_NMI = new Set(['rcu-stall', 'hard-lockup']);
const SHOWS_CPU = /^(?:NMI backtrace|Sending NMI|Task dump)/;
/** Kinds that print who allocated and freed before their own stack. */
const LATE_TRACE = new Set(['slab-corruption', 'bad-page']);
const STALLS = new Set(['rcu-stall', 'hard-lockup', 'soft-lockup', 'workqueue-lockup']);

/** Kinds that are raised by a trap instruction. */
const TRAPPING = new Set([
  'warning',
  'refcount',
  'debug-objects',
  'lock-misuse',
  'usercopy',
  'list-corruption',
  'bug',
  'fortify',
]);

const CUT = /^-{8,}(?:\[ cut here \]|- cut here -|\[? ?cut here ?\]?)/;
const LINUX_VERSION = /^Linux version (\d\S*)/;
const HARDWARE = /^Hardware name: ?(.*)/;
const WORKQUEUE = /^Workqueue: .* ([A-Za-z_][\w.$]*)(?: \[[\w-]+\])?(?: \(.*\))?$/;
const LOCK_SITE = /\bat: (?:\[<[0-9a-f]+>\] )?([A-Za-z_][\w.$]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/;
const BY_TASK = /by task (.{1,16})\/(\d+)/;
const RACE_SIDE = /^(?:(?:read|write|read-write|assert no (?:accesses|writes)|race at)\b.* (?:to 0x|of \d))/;
const RELEASED_AT = /is trying to release lock .* at:$/;
const LAST_FUNCTION = /^last function: ([A-Za-z_][\w.$]*)/;
const CALLER_IS = /^caller is ([A-Za-z_][\w.$]*)\+0x/;
const STACK_MARK = /^\s*<\/?[A-Z#]/;
const REGISTERS =
  /^(?:[RE][A-DS][XIP]|R[0-9BS]\w|RSP|RBP|[CDEFG]S|CR\d|DR\d|Code|FS|PKRU|ORIG_RAX|x\d|r\d|GPR|sp |lr )[ :]/;

/** Reads kernel log lines; keeps one open report for each caller (task or CPU) that prints. */
export class ConsoleReader {
  readonly drafts: Draft[] = [];
  omitted = 0;
  private readonly open = new Map<string, Draft>();
  private lastCaller = '';
  private release: string | null = null;
  private arch: Arch | null = null;
  private bootFirst = 0;

  constructor(
    private readonly limits: ConsoleLimits,
    private readonly observe: Observe | null,
  ) {}

  line(line: Line): void {
    if (line.foreign) return;
    const caller = line.caller ?? (line.framed ? '' : this.lastCaller);
    this.lastCaller = caller;
    const message = line.framed ? line.message : line.message.trimStart();
    const row = matchHeader(message);
    const draft = this.open.get(caller) ?? null;
    if (row && row.role !== 'remark') {
      this.onHeader(row, message === line.message ? line : { ...line, message }, caller, draft);
      return;
    }
    if (draft) this.onBody(draft, line, caller);
    else this.onIdle(message);
  }

  private onIdle(message: string): void {
    if (message.charCodeAt(0) !== 0x4c) return;
    const version = LINUX_VERSION.exec(message);
    if (version) this.onBoot(version[1] ?? null);
  }

  private onBoot(release: string | null): void {
    this.release = release;
    this.bootFirst = this.drafts.length;
    this.open.clear();
  }

  private note(line: Line, role: string, note: string): void {
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
    this.begin(openDraft(line, row.kind, row.role, 'console'), row, line, caller);
  }

  private begin(draft: Draft, row: HeaderRow | null, line: Line, caller: string): void {
    this.note(line, 'header', `${draft.kind}: ${row ? row.from : 'kernel/panic.c panic'}`);
    if (row) draft.exception = row.exception ?? null;
    if (row?.role === 'die') draft.fatal = true;
    readHeaderFacts(draft, line.message);
    if (this.drafts.length >= this.limits.maxReadings) {
      this.omitted++;
      this.open.delete(caller);
      return;
    }
    draft.kernelRelease = this.release;
    draft.arch = this.arch;
    this.drafts.push(draft);
    // These messages are one line: what comes next belongs to whatever was being printed.
    if (draft.kind !== 'ref-leak' || row?.role === 'lead') this.open.set(caller, draft);
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
    if (row.role === 'die') return !draft.died && (draft.role === 'lead' || draft.role === 'assert');
    if (row.role === 'assert') return draft.role === 'lead' && EXPLAINS_ASSERT.has(draft.kind);
    if (row.kind === 'memory-leak') return draft.kind === 'memory-leak';
    return row.kind === draft.kind && row.role === 'lead' && draft.role === 'assert';
  }

  private fold(row: HeaderRow, line: Line, draft: Draft): void {
    if (row.role === 'die') {
      draft.died = true;
      draft.fatal = true;
      if (row.exception !== undefined && (draft.exception === null || row.kind !== 'paging-request'))
        draft.exception = row.exception;
    }
    if (row.role === 'assert') draft.role = 'assert';
    readHeaderFacts(draft, line.message);
    touch(draft, line);
  }

  private onPanic(line: Line, caller: string, draft: Draft | null): void {
    const { row, text } = matchPanic(line.message);
    for (let i = this.bootFirst; i < this.drafts.length; i++) {
      const earlier = this.drafts[i];
      if (earlier) earlier.panicked = true;
    }
    const before = draft ?? this.drafts[this.drafts.length - 1] ?? null;
    const target = before && this.drafts.indexOf(before) >= this.bootFirst ? before : null;
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
    if (CUT.test(message)) {
      if (!(isFresh(draft) && draft.role === 'lead')) this.open.delete(caller);
      return;
    }
    if (this.onSection(draft, line) || this.onFrame(draft, line) || this.onFact(draft, line)) {
      touch(draft, line);
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

  private onSection(draft: Draft, line: Line): boolean {
    const message = line.message.trimStart();
    if (draft.kind === 'kcsan' && RACE_SIDE.test(message)) {
      if (draft.frames.length > 0) draft.section = 'other';
      else draft.trace = 'open';
      return true;
    }
    const row = matchSection(message);
    if (!row) return false;
    this.note(line, 'section', `${row.opens}: ${row.from}`);
    if (message.startsWith('---[ end')) draft.ended = true;
    openSection(draft, row.opens, message);
    return true;
  }

  private onFrame(draft: Draft, line: Line): boolean {
    const message = line.message;
    if (STACK_MARK.test(message) && !message.includes('+0x')) {
      if (message.includes('</TASK>') && draft.frames.length > 0 && draft.section === 'main')
        draft.trace = 'done';
      return true;
    }
    const first = message.charCodeAt(0);
    const indented = first === 0x20 || first === 0x5b || first === 0x28 || first === 9;
    if (draft.trace !== 'open' && !indented) return false;
    const frames = readFrames(message, line.start, line.end);
    if (frames.length === 0) return false;
    if (draft.awaits !== null) {
      if (draft.awaits === 'lock-site' && frames[0]) draft.lockSites.push(frames[0].function);
      draft.awaits = null;
      return true;
    }
    if (draft.section !== 'main' || draft.trace === 'done') return true;
    draft.trace = 'open';
    draft.strange = 0;
    for (const frame of frames) {
      const last = draft.frames[draft.frames.length - 1];
      // Each ARM line names the caller again that the line before it named.
      if (frames.length === 2 && frame === frames[0] && last?.function === frame.function) continue;
      if (draft.frames.length < this.limits.maxFrames) draft.frames.push(frame);
    }
    this.note(line, 'frame', frames[0]?.reliable ? 'reliable' : 'a guess of the unwinder');
    return true;
  }

  private onFact(draft: Draft, line: Line): boolean {
    const message = line.message.trimStart();
    const ip = readIp(message);
    if (ip === 'user') return true;
    if (ip) {
      this.onIp(draft, line, message, ip);
      draft.arch ??= ip.arch;
      return true;
    }
    const inline = readInlineIp(message);
    if (inline !== null) {
      if (draft.fault === null && draft.trace === 'none') draft.header.push(inline);
      return true;
    }
    draft.arch ??= readArch(message);
    return this.onTaskFact(draft, line, message) || REGISTERS.test(message);
  }

  private onIp(draft: Draft, line: Line, message: string, ip: FaultLocation): void {
    if (draft.fault?.ofCrash === true) return;
    const inStack = draft.trace === 'open' && draft.frames.length > 0;
    const own =
      draft.section === 'main' && (!inStack || STALLS.has(draft.kind) || message.startsWith('RIP  ['));
    // panic_on_warn prints the stack of the WARN's trap: its registers stand in the middle of that stack.
    const trapped = draft.panicked && TRAPPING.has(draft.kind) && draft.fault === null;
    if (!own && !trapped && draft.fault !== null) return;
    draft.fault = {
      function: ip.function,
      offset: ip.offset,
      module: ip.module,
      address: ip.address,
      ofCrash: own || trapped,
    };
    this.note(line, 'ip', `${ip.function}+${ip.offset}`);
    if (draft.kind === 'hung-task' && draft.fault !== null) this.shareWithHung(draft.fault);
  }

  /** khungtaskd names every task that hangs and then shows the other CPUs once, for all of them. */
  private shareWithHung(fault: FaultLocation): void {
    for (let i = this.drafts.length - 1; i >= this.bootFirst; i--) {
      const earlier = this.drafts[i];
      if (earlier?.kind !== 'hung-task') break;
      earlier.fault ??= fault;
    }
  }

  private onTaskFact(draft: Draft, line: Line, message: string): boolean {
    const task = readTask(message);
    if (task) {
      if (draft.section === 'other' && draft.taint !== null) return true;
      if (draft.section === 'main' || draft.pid === null) {
        draft.cpu = task.cpu ?? draft.cpu;
        draft.pid ??= task.pid;
        draft.comm ??= task.comm;
      }
      draft.taint ??= task.taint;
      if (task.release !== null) draft.kernelRelease = task.release;
      this.note(line, 'task', task.comm ?? '');
      return true;
    }
    const hardware = HARDWARE.exec(message);
    if (hardware) {
      draft.hardware ??= (hardware[1] ?? '').trim();
      return true;
    }
    const taint = readTaint(message);
    if (taint) {
      draft.taint ??= taint.taint;
      draft.kernelRelease ??= taint.release;
      return true;
    }
    draft.workFunction ??= WORKQUEUE.exec(message)?.[1] ?? null;
    const site = message.includes('at: ') ? LOCK_SITE.exec(message) : null;
    if (
      site?.[1] !== undefined &&
      draft.section === 'main' &&
      !draft.listsLocks &&
      draft.lockSites.length < 16
    )
      draft.lockSites.push(site[1]);
    const named = LAST_FUNCTION.exec(message)?.[1] ?? CALLER_IS.exec(message)?.[1];
    if (named !== undefined) draft.lockSites.push(named);
    if (RELEASED_AT.test(message)) draft.awaits = 'lock-site';
    if (message.startsWith('Preemption disabled at:')) draft.awaits = 'aside';
    const by = draft.pid === null && message.includes('by task') ? BY_TASK.exec(message) : null;
    if (by) {
      draft.comm ??= by[1] ?? null;
      draft.pid ??= Number(by[2]);
    }
    return site !== null || by !== null;
  }
}

/** Has a header, but not yet its stack. */
function isFresh(draft: Draft): boolean {
  return draft.frames.length === 0 && !draft.announced && !draft.ended;
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

function openSection(draft: Draft, opens: SectionRow['opens'], message: string): void {
  if (opens === 'locks') {
    draft.listsLocks = true;
    return;
  }
  if (opens === 'end') {
    if (draft.frames.length > 0 && draft.section === 'main') draft.trace = 'done';
    return;
  }
  if (opens === 'main') {
    draft.section = 'main';
    draft.trace = 'open';
    draft.announced = true;
    draft.frames = [];
    return;
  }
  if (opens === 'trace') {
    if (LATE_TRACE.has(draft.kind) && draft.frames.length === 0) draft.section = 'main';
    if (draft.section !== 'main') return;
    if (draft.frames.length > 0) draft.section = 'other';
    else {
      draft.trace = 'open';
      draft.announced = true;
    }
    return;
  }
  if (SHOWN_BY_NMI.has(draft.kind) && SHOWS_CPU.test(message) && draft.frames.length < 3) {
    // A task that was only switched away shows nothing; the next CPU's backtrace may.
    draft.section = 'main';
    draft.trace = 'none';
    draft.frames = [];
    return;
  }
  draft.section = 'other';
  draft.trace = 'done';
}
