import { keepText, spanOf } from '../text';
import {
  isBogusWarning,
  isStart,
  readFrame,
  readSourceLine,
  readStackSwitch,
  readTaskHeader,
  readTextSymbol,
  type FrameText,
  type TaskHeader,
} from './frame-line';
import {
  addRegisters,
  finishException,
  finishFrame,
  openException,
  openFrame,
  sourceOf,
  type OpenException,
  type OpenFrame,
  type OpenRegisters,
} from './open-frame';
import { isFrameNote, readExceptionIp, readRegisters, readS390Registers } from './register-line';
import type { Backtrace } from './session';
import { addressOf, indentOf, type SessionLine } from './session-line';
import type { SessionBudget } from './session-limits';
import { mayHoldWords, readStackWords } from './stack-line';

interface OpenBacktrace {
  readonly header: TaskHeader | null;
  kind: Backtrace['kind'];
  readonly frames: OpenFrame[];
  readonly exceptions: OpenException[];
  readonly start: number;
  end: number;
}

/** Collects what `bt` prints: tasks, frames, stack words, exception frames. */
export class BacktraceReader {
  readonly backtraces: Backtrace[] = [];
  private open: OpenBacktrace | null = null;
  private header: { readonly task: TaskHeader; readonly start: number; readonly end: number } | null = null;

  constructor(private readonly budget: SessionBudget) {}

  /** Task whose header was read last; other commands print it too. */
  get task(): TaskHeader | null {
    return this.header?.task ?? this.open?.header ?? null;
  }

  /** @returns what the line was taken for; `null` when it is none of a backtrace. */
  line(line: SessionLine): string | null {
    const message = line.message;
    const first = message[indentOf(message)];
    if (first === undefined) return null;
    if (first === 'P' && this.onHeader(line)) return 'task';
    if ((first === '#' || first === '[') && this.onFrame(line, first)) return 'frame';
    if ((first === 'S' || first === '(' || first === '#') && isStart(message)) return this.onStart(line);
    if ((first === 'K' || first === 'U') && this.onException(line)) return 'exception-frame';
    const open = this.open;
    return open === null ? null : this.onDetail(open, line, first);
  }

  /** The next line belongs to something else. */
  close(): void {
    const open = this.open;
    this.open = null;
    this.header = null;
    if (open === null || (open.frames.length === 0 && open.exceptions.length === 0)) return;
    if (!this.budget.take('backtraces')) return;
    this.backtraces.push({
      kind: open.kind,
      pid: open.header?.pid ?? null,
      task: addressOf(open.header?.task),
      cpu: open.header?.cpu ?? null,
      comm: open.header === null ? null : keepText(open.header.comm),
      frames: open.frames.map(finishFrame),
      exceptionFrames: open.exceptions.map(finishException),
      span: spanOf(open.start, open.end),
    });
  }

  private begin(line: SessionLine, kind: Backtrace['kind']): OpenBacktrace {
    const header = this.header;
    this.header = null;
    if (header === null) this.close();
    this.open = {
      header: header?.task ?? null,
      kind,
      frames: [],
      exceptions: [],
      start: header?.start ?? line.start,
      end: line.end,
    };
    return this.open;
  }

  private onHeader(line: SessionLine): boolean {
    const task = readTaskHeader(line.message);
    if (task === null) return false;
    this.close();
    this.header = { task, start: line.start, end: line.end };
    return true;
  }

  private onFrame(line: SessionLine, first: string): boolean {
    if (first === '[') {
      const symbol = readTextSymbol(line.message);
      const open = symbol === null ? null : this.listed(line);
      return (
        symbol !== null && open !== null && this.add(open, { ...symbol, number: open.frames.length }, line)
      );
    }
    const text = readFrame(line.message);
    return text !== null && this.add(this.blockFor(text, line), text, line);
  }

  private add(open: OpenBacktrace, text: FrameText, line: SessionLine): boolean {
    open.end = line.end;
    if (open.frames.length >= this.budget.limits.maxFrames) return this.budget.omit();
    open.frames.push(openFrame(text, text.number, line));
    return true;
  }

  /** The open block of `bt -t`, or one that begins below its task. */
  private listed(line: SessionLine): OpenBacktrace | null {
    if (this.header !== null) return this.begin(line, 'text-symbols');
    return this.open?.kind === 'text-symbols' ? this.open : null;
  }

  private blockFor(text: FrameText, line: SessionLine): OpenBacktrace {
    const open = this.open;
    const last = open?.frames[open.frames.length - 1];
    const follows =
      open !== null && this.header === null && (last === undefined || text.number > last.number);
    return follows && open.kind === 'frames' ? open : this.begin(line, 'frames');
  }

  private onStart(line: SessionLine): string {
    if (this.header !== null || this.open === null) this.begin(line, 'text-symbols');
    return 'start';
  }

  private onException(line: SessionLine): boolean {
    const frame = openException(line);
    if (frame === null) return false;
    const open =
      this.open !== null && this.header === null ? this.open : this.begin(line, 'exception-frames');
    open.end = line.end;
    if (open.exceptions.length >= this.budget.limits.maxFrames) return this.budget.omit();
    open.exceptions.push(frame);
    return true;
  }

  private onDetail(open: OpenBacktrace, line: SessionLine, first: string): string | null {
    const frame = open.frames[open.frames.length - 1];
    const exception = open.exceptions[open.exceptions.length - 1];
    const holder = exception !== undefined && (!frame || exception.start > frame.start) ? exception : frame;
    if (holder === undefined) return null;
    const role =
      onRegisters(holder.registers, line, first) ?? (frame ? this.onFrameDetail(frame, line, first) : null);
    if (role !== null) {
      holder.end = line.end;
      open.end = line.end;
    }
    return role;
  }

  private onFrameDetail(frame: OpenFrame, line: SessionLine, first: string): string | null {
    const message = line.message;
    if (first === '-') {
      const stack = readStackSwitch(message);
      if (stack !== null) frame.leaves = stack;
      return stack === null ? null : 'stack-switch';
    }
    if (mayHoldWords(message)) {
      const words = readStackWords(line);
      if (words === null) return null;
      for (const word of words) if (this.budget.take('words')) frame.words.push(word);
      return 'words';
    }
    const source = readSourceLine(message);
    if (source === null) return null;
    frame.source ??= sourceOf(source.path, source.line);
    return 'source';
  }
}

const REGISTER_LETTERS = /^[A-Zxrpsfc0-9]$/;

function onRegisters(registers: OpenRegisters, line: SessionLine, first: string): string | null {
  const message = line.message;
  if (first === 'W' && isBogusWarning(message)) {
    registers.bogus = true;
    return 'bogus';
  }
  const ip = first === '[' || first === 'P' ? readExceptionIp(line) : null;
  if (ip !== null) registers.exceptionIp ??= ip;
  if (ip !== null && first === '[') return 'ip';
  if (!REGISTER_LETTERS.test(first)) return isFrameNote(message) ? 'exception-frame' : null;
  const s390 = first === 'P' || first === 'G' || registers.values.has('psw_mask');
  const found = readRegisters(line) ?? (s390 ? readS390Registers(line, numbered(registers)) : null);
  if (found === null) return isFrameNote(message) ? 'exception-frame' : null;
  addRegisters(registers, line, found);
  return 'registers';
}

function numbered(registers: OpenRegisters): number {
  return [...registers.values.keys()].filter((name) => /^r\d+$/.test(name)).length;
}
