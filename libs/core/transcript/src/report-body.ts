import { reachedRoot } from './damage';
import { readArch, readInlineIp, readIp, readOldTask, readTaint, readTask } from './facts';
import { firstLetters } from './first-letter';
import { readFrames } from './frame-line';
import type { Line } from './framing';
import type { FaultLocation, Frame } from './reading';
import type { Draft } from './report';
import { matchSection } from './section-line';
import type { SectionRow } from './tables/sections';

/** What the reader of a report's body needs from the reader of the whole text. */
export interface BodySink {
  readonly maxFrames: number;
  note(line: Line, role: string, note: string): void;
  /** Another CPU's pointer, printed once for a row of tasks that hang. */
  shareWithHung(fault: FaultLocation): void;
}

/** Functions that a report may name besides its stack: more than a few is noise. */
const MAX_MENTIONS = 16;

/** Kinds whose first NMI backtrace shows the crash itself. */
const SHOWN_BY_NMI = new Set(['rcu-stall', 'hard-lockup']);
/** Reports of which the held locks are the subject: kernel/locking/lockdep.c print_held_locks_bug, lockdep_sys_exit. */
const REPORTS_HELD = /still has locks held|still has \d+ locks? held|lock held when returning/;
const SHOWS_CPU = /^(?:NMI backtrace|Sending NMI|Task dump)/;
/** Kinds that print who allocated and freed before their own stack. */
const LATE_TRACE = new Set(['slab-corruption', 'bad-page']);
const STALLS = new Set(['rcu-stall', 'hard-lockup', 'soft-lockup', 'workqueue-lockup']);

/** Kinds that show other CPUs and tasks besides. */
const SHOWS_MANY = new Set([...STALLS, 'hung-task']);

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

const HARDWARE = /^Hardware name: ?(.*)/;
const WORKQUEUE = /^Workqueue: .* ([A-Za-z_][\w.$]*)(?: \[[\w-]+\])?(?: \(.*\))?$/;
const LOCK_SITE = /\bat: (?:\[<[0-9a-f]+>\] )?([A-Za-z_][\w.$]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/;
const BY_TASK = /by task (.{1,16})\/(\d+)/;
const RACE_SIDE = /^(?:(?:read|write|read-write|assert no (?:accesses|writes)|race at)\b.* (?:to 0x|of \d))/;
const RELEASED_AT = /is trying to release lock .* at:$/;
const LAST_FUNCTION = /^last function: ([A-Za-z_][\w.$]*)/;
const CALLER_IS = /^caller is ([A-Za-z_][\w.$]*)\+0x/;
const mayBeTask = firstLetters('CUPp');
const mayBeRegister = firstLetters('RECDFGOPxrsl');
const mayName = firstLetters('lc');
const mayBeTaint = firstLetters('NT');
const STACK_MARK = /^\s*<\/?[A-Z#]/;
const REGISTERS =
  /^(?:[RE][A-DS][XIP]|R[0-9BS]\w|RSP|RBP|[CDEFG]S|CR\d|DR\d|Code|FS|PKRU|ORIG_RAX|x\d|r\d|GPR|sp |lr )[ :]/;

/** Reads a line of an open report. @returns whether the line belonged to it. */
export function readBody(sink: BodySink, draft: Draft, line: Line): boolean {
  return onSection(sink, draft, line) || onFrame(sink, draft, line) || onFact(sink, draft, line);
}

function onSection(sink: BodySink, draft: Draft, line: Line): boolean {
  const message = line.message.trimStart();
  if (draft.kind === 'kcsan' && RACE_SIDE.test(message)) {
    if (draft.frames.length > 0) draft.section = 'other';
    else draft.trace = 'open';
    return true;
  }
  const row = matchSection(message);
  if (!row) return false;
  sink.note(line, 'section', `${row.opens}: ${row.from}`);
  if (message.startsWith('---[ end')) draft.ended = true;
  openSection(draft, row.opens, message);
  return true;
}

function onFrame(sink: BodySink, draft: Draft, line: Line): boolean {
  const message = line.message;
  if (message.includes('<') && STACK_MARK.test(message) && !message.includes('+0x')) {
    if (message.includes('</TASK>') && draft.frames.length > 0 && draft.section === 'main')
      draft.trace = 'done';
    return true;
  }
  const first = message.charCodeAt(0);
  const indented = first === 0x20 || first === 0x5b || first === 0x28 || first === 9;
  if (draft.trace !== 'open' && !indented) return false;
  const frames = readFrames(message, line.start, line.end);
  if (frames.length === 0) return false;
  // Only arm prints both ends of a call.
  if (message.includes(' from ')) draft.arch ??= 'arm';
  if (draft.awaits !== null) {
    if (draft.awaits === 'lock-site' && frames[0]) mention(draft.lockSites, frames[0].function);
    draft.awaits = null;
    return true;
  }
  if (draft.section !== 'main' || draft.trace === 'done') return true;
  draft.trace = 'open';
  draft.strange = 0;
  keepFrames(sink, draft, frames);
  sink.note(line, 'frame', frames[0]?.reliable ? 'reliable' : 'a guess of the unwinder');
  return true;
}

function keepFrames(sink: BodySink, draft: Draft, frames: readonly Frame[]): void {
  for (const frame of frames) {
    const last = draft.frames[draft.frames.length - 1];
    // Each ARM line names the caller again that the line before it named.
    if (frames.length === 2 && frame === frames[0] && last?.function === frame.function) continue;
    // The ends of a stack say what failed and who asked for it: the middle gives way.
    if (draft.frames.length >= sink.maxFrames) draft.frames.splice(sink.maxFrames >> 1, 1);
    draft.frames.push(frame);
  }
}

function mention(names: string[], name: string): void {
  if (names.length < MAX_MENTIONS) names.push(name);
}

function onFact(sink: BodySink, draft: Draft, line: Line): boolean {
  const message = line.message.trimStart();
  const ip = readIp(message);
  if (ip === 'user') {
    if (message.startsWith('RIP')) draft.arch ??= 'x86_64';
    return true;
  }
  if (ip) {
    onIp(sink, draft, line, message, ip);
    draft.arch ??= ip.arch;
    return true;
  }
  const inline = readInlineIp(message);
  if (inline !== null) {
    if (draft.fault === null && draft.trace === 'none') mention(draft.header, inline);
    return true;
  }
  draft.arch ??= readArch(message);
  return onTaskFact(sink, draft, line, message) || (mayBeRegister(message) && REGISTERS.test(message));
}

function onIp(sink: BodySink, draft: Draft, line: Line, message: string, ip: FaultLocation): void {
  if (draft.fault?.ofCrash === true) {
    if (draft.crowded && draft.section === 'main' && draft.fault.function !== ip.function) tear(draft);
    return;
  }
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
    // What x86 repeats after the end mark are the registers of the machine's first oops (oops_end).
    ofCrash: (own && !draft.ended) || trapped,
  };
  sink.note(line, 'ip', `${ip.function}+${ip.offset}`);
  if (draft.kind === 'hung-task' && draft.fault !== null) sink.shareWithHung(draft.fault);
}

/** What a report says once was said twice: lines of another one are among its own. */
function tear(draft: Draft): void {
  if (!SHOWS_MANY.has(draft.kind)) draft.damage ??= 'torn';
}

function onTaskFact(sink: BodySink, draft: Draft, line: Line, message: string): boolean {
  const task = mayBeTask(message) ? readTask(message) : null;
  if (task) {
    if (draft.crowded && draft.introduced !== null && draft.introduced !== task.pid) tear(draft);
    // Two tasks introduce themselves before one trace is over: two reports ran into each other.
    if (
      draft.introduced !== null &&
      draft.introduced !== task.pid &&
      draft.section === 'main' &&
      draft.trace !== 'done'
    ) {
      if (reachedRoot(draft)) {
        draft.section = 'other';
        draft.trace = 'done';
      } else draft.damage ??= 'torn';
    }
    draft.introduced ??= task.pid;
    if (draft.section === 'other' && draft.taint !== null) return true;
    if (draft.section === 'main' || draft.pid === null) {
      draft.cpu = task.cpu ?? draft.cpu;
      draft.pid ??= task.pid;
      draft.comm ??= task.comm;
    }
    draft.taint ??= task.taint;
    if (task.release !== null) draft.kernelRelease = task.release;
    sink.note(line, 'task', task.comm ?? '');
    return true;
  }
  return onPlatform(draft, message) || onOldTask(draft, message) || onMention(draft, message);
}

function onOldTask(draft: Draft, message: string): boolean {
  const first = message.charCodeAt(0);
  // `CPU`, `EIP`, `Process`.
  if (first !== 0x43 && first !== 0x45 && first !== 0x50) return false;
  const old = readOldTask(message);
  if (old === null) return false;
  if (draft.section !== 'main') return true;
  draft.cpu ??= old.cpu ?? null;
  draft.pid ??= old.pid ?? null;
  draft.comm ??= old.comm ?? null;
  draft.taint ??= old.taint ?? null;
  draft.kernelRelease ??= old.release ?? null;
  return true;
}

function onPlatform(draft: Draft, message: string): boolean {
  const hardware = message.startsWith('Hardware name:') ? HARDWARE.exec(message) : null;
  if (hardware) {
    draft.hardware ??= (hardware[1] ?? '').trim();
    return true;
  }
  const taint = mayBeTaint(message) ? readTaint(message) : null;
  if (taint) {
    draft.taint ??= taint.taint;
    draft.kernelRelease ??= taint.release;
    return true;
  }
  return false;
}

function onMention(draft: Draft, message: string): boolean {
  if (message.startsWith('Workqueue: ')) draft.workFunction ??= WORKQUEUE.exec(message)?.[1] ?? null;
  const site = message.includes('at: ') ? LOCK_SITE.exec(message) : null;
  if (site?.[1] !== undefined && draft.section === 'main' && !draft.listsLocks)
    mention(draft.lockSites, site[1]);
  const named = mayName(message) ? (LAST_FUNCTION.exec(message) ?? CALLER_IS.exec(message))?.[1] : undefined;
  if (named !== undefined) mention(draft.lockSites, named);
  if (message.endsWith(' at:') && RELEASED_AT.test(message)) draft.awaits = 'lock-site';
  if (message.startsWith('Preemption disabled at:')) draft.awaits = 'aside';
  const by = draft.pid === null && message.includes('by task') ? BY_TASK.exec(message) : null;
  if (by) {
    draft.comm ??= by[1] ?? null;
    draft.pid ??= Number(by[2]);
  }
  return site !== null || by !== null;
}

function openSection(draft: Draft, opens: SectionRow['opens'], message: string): void {
  if (opens === 'locks') {
    draft.listsLocks = !REPORTS_HELD.test(draft.headline);
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
    // Frames ahead of the announced trace are the rest of the report that was being printed before.
    if (draft.crowded && !draft.announced) draft.frames = [];
    if (draft.crowded && draft.announced) tear(draft);
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
