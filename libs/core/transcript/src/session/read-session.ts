import { eachLine } from '../framing';
import type { Sourced } from '../details/details';
import type { Observe } from '../observe';
import { rareSearch, searchRare } from '../rare-search';
import { decodeForScan, keepText, spanOf } from '../text';
import { BacktraceReader } from './backtrace-reader';
import { isFence, readOpening, type CommandOpening } from './command-line';
import { readSourceLine } from './frame-line';
import { readDumpOf, readInstruction } from './instruction-line';
import { MemoryReader } from './memory-reader';
import { sourceOf } from './open-frame';
import {
  isModuleHead,
  isTaskHead,
  readBanner,
  readError,
  readModule,
  readSymbol,
  readTask,
} from './row-line';
import type { Command, Instruction, Session, SessionModule, SessionTask, SymbolLine } from './session';
import { addressOf, sessionLine, type SessionLine } from './session-line';
import {
  createBudget,
  DEFAULT_SESSION_LIMITS,
  type SessionBudget,
  type SessionLimits,
} from './session-limits';
import { SlabReader } from './slab-reader';
import { StructReader } from './struct-reader';

/** Commands whose output is the kernel's log: it is read as any other log. */
const LOGS = new Set(['log', 'dmesg']);

/** Commands of whose output every line is taken apart. */
const PARSED = new Set('bt dis struct union * p px pd rd x mod ps sym task list tree'.split(' '));

/** Takes a text apart into commands and what each printed. */
class SessionReader {
  readonly banner = new Map<string, Sourced<string>>();
  readonly commands: Command[] = [];
  readonly instructions: Instruction[] = [];
  readonly modules: SessionModule[] = [];
  readonly tasks: SessionTask[] = [];
  readonly symbols: SymbolLine[] = [];
  readonly errors: Sourced<string>[] = [];
  readonly backtraces: BacktraceReader;
  readonly structs: StructReader;
  readonly memory: MemoryReader;
  readonly slabs: SlabReader;
  private command: (CommandOpening & { start: number; end: number; empty: boolean }) | null = null;
  private source: string | null = null;
  private inside: string | null = null;
  private listsModules = false;

  constructor(private readonly budget: SessionBudget) {
    this.backtraces = new BacktraceReader(budget);
    this.structs = new StructReader(budget);
    this.memory = new MemoryReader(budget);
    this.slabs = new SlabReader(budget);
  }

  /** @returns what the line was taken for; `null` for what no command is known to print. */
  line(line: SessionLine): string | null {
    const message = line.message;
    if (isFence(message)) return this.onFence();
    const opening = readOpening(message);
    if (opening !== null) {
      this.begin(opening, line);
      return 'command';
    }
    if (message.trim() === '') return 'blank';
    const role = this.output(line);
    const command = this.command;
    if (command !== null) {
      if (command.empty) command.start = line.start;
      command.empty = false;
      command.end = line.end;
    }
    return role;
  }

  finish(): void {
    this.end();
    this.memory.close();
    this.structs.close();
    this.backtraces.close();
  }

  /** A fence behind a heading begins the command's output, any other ends it. */
  private onFence(): string {
    if (this.command?.empty !== true) this.begin({ text: '', verb: null }, null);
    return 'fence';
  }

  private begin(opening: CommandOpening, line: SessionLine | null): void {
    this.end();
    this.backtraces.close();
    this.memory.command(opening.text, opening.verb);
    this.structs.command(opening.text, opening.verb);
    this.slabs.command(opening.verb);
    this.source = null;
    this.inside = null;
    this.listsModules = opening.verb === 'mod';
    if (line !== null) this.command = { ...opening, start: line.end, end: line.end, empty: true };
  }

  private end(): void {
    const command = this.command;
    this.command = null;
    if (command === null || command.text === '' || !this.budget.take('commands')) return;
    const output = spanOf(command.start, command.end);
    this.commands.push({ text: keepText(command.text), verb: command.verb, output });
  }

  private output(line: SessionLine): string | null {
    const verb = this.command?.verb ?? null;
    const trace =
      LOGS.has(verb ?? '') && !line.message.includes('COMMAND: "') ? null : this.traces(line, verb);
    if (trace !== null) return trace;
    if (LOGS.has(verb ?? '')) return 'log';
    return this.listed(line, verb) ?? this.rows(line, verb);
  }

  private traces(line: SessionLine, verb: string | null): string | null {
    if (this.structs.isOpen) {
      const member = this.structs.line(line, null);
      if (member !== null) return member;
    }
    const task = readTask(line);
    if (task !== null) {
      if (this.budget.take('tasks')) this.tasks.push(task);
      return 'task-row';
    }
    const role = this.backtraces.line(line);
    if (role !== null && LOGS.has(verb ?? '')) this.begin({ text: '', verb: null }, null);
    return role;
  }

  private listed(line: SessionLine, verb: string | null): string | null {
    const dump = readDumpOf(line.message);
    if (dump !== null) {
      this.inside = dump;
      return 'head';
    }
    const instruction = readInstruction(line, this.inside, this.source);
    if (instruction !== null) {
      if (this.budget.take('instructions')) this.instructions.push(instruction);
      return 'instruction';
    }
    const source = verb === null || verb === 'dis' ? readSourceLine(line.message) : null;
    if (source !== null) this.source = sourceOf(source.path, source.line);
    if (source !== null) return 'source';
    const slab = this.slabs.line(line);
    if (slab !== null) return slab;
    return this.memory.line(line) ?? this.structs.line(line, addressOf(this.backtraces.task?.task));
  }

  private rows(line: SessionLine, verb: string | null): string | null {
    const message = line.message;
    const symbol = message.includes(' (') ? readSymbol(line) : null;
    if (symbol !== null) {
      if (this.budget.take('symbols')) this.symbols.push(symbol);
      return 'symbol';
    }
    if (isModuleHead(message)) {
      this.listsModules = true;
      return 'head';
    }
    const module = this.listsModules ? readModule(line) : null;
    if (module !== null) {
      if (this.budget.take('modules')) this.modules.push(module);
      return 'module';
    }
    if (isTaskHead(message)) return 'head';
    const named = readBanner(line);
    if (named !== null) {
      if (!this.banner.has(named.name)) this.banner.set(named.name, named.value);
      return 'banner';
    }
    const error = readError(line, verb);
    if (error !== null && this.budget.take('errors')) this.errors.push(error);
    if (error !== null) return 'error';
    return this.isKeptWhole(verb) ? 'output' : null;
  }

  /** Output of which no line is taken apart: the command's span has it. Nor is what crash(8) says when it starts. */
  private isKeptWhole(verb: string | null): boolean {
    if (verb !== null)
      return !PARSED.has(verb) || (verb === 'dis' && /\s-s\b/.test(this.command?.text ?? ''));
    return this.banner.has('CRASH') && !this.banner.has('DUMPFILE') && this.command === null;
  }
}

/**
 * Reads what a text keeps of crash(8) sessions, with or without the commands, among prose and Markdown. Never throws, for
 * any bytes; time and memory are linear in `bytes.length` and within the limits.
 *
 * @param observe told what each line was taken for: `unread` where no command is known to print it so.
 * @returns `null` when the text holds nothing of crash(8).
 */
export function readSession(
  bytes: Uint8Array,
  limits: SessionLimits = DEFAULT_SESSION_LIMITS,
  observe: Observe | null = null,
): Session | null {
  const text = decodeForScan(bytes);
  if (!mayHoldSession(text)) return null;
  const budget = createBudget(limits);
  const reader = new SessionReader(budget);
  eachLine(text, limits.maxLineBytes, (framed) => {
    // A printk time stamp: a line of the log that `log` printed, or of the log around.
    const line = sessionLine(framed, text);
    const role = framed.uptime === null ? reader.line(line) : 'log';
    observe?.({ span: spanOf(line.start, line.end), role: role ?? 'unread', note: '' });
  });
  reader.finish();
  return sessionOf(reader, budget);
}

/** Letters that some line of every output holds; they spare a log the reading. */
const SIGNS = ['crash> ', 'COMMAND: "', '] machine_kexec at', '>:', ' {\n', '#0 [', 'OBJSIZE', '= {'].map(
  rareSearch,
);
/** A line of words. */
const WORDS = /[^\S\r\n]*(?:0x)?[0-9a-f]{8,16}: /y;
const WORDS_ANYWHERE = /^[^\S\r\n]*(?:0x)?[0-9a-f]{8,16}: /m;
const BRACKET = 0x5b;

function mayHoldSession(text: string): boolean {
  return SIGNS.some((sign) => searchRare(text, sign, 0) >= 0) || holdsWords(text);
}

function holdsWords(text: string): boolean {
  // Then lines may begin elsewhere than behind a line feed.
  if (text.includes('\r')) return WORDS_ANYWHERE.test(text);
  for (let start = 0; start < text.length;) {
    if (text.charCodeAt(start) !== BRACKET) {
      WORDS.lastIndex = start;
      if (WORDS.test(text)) return true;
    }
    start = text.indexOf('\n', start) + 1 || text.length;
  }
  return false;
}

function sessionOf(reader: SessionReader, budget: SessionBudget): Session | null {
  const session: Session = {
    banner: reader.banner,
    commands: reader.commands,
    backtraces: reader.backtraces.backtraces,
    instructions: reader.instructions,
    structs: reader.structs.structs,
    memory: reader.memory.memory,
    caches: reader.slabs.caches,
    modules: reader.modules,
    tasks: reader.tasks,
    symbols: reader.symbols,
    errors: reader.errors,
    omitted: budget.omitted,
  };
  return isEmpty(session) ? null : session;
}

function isEmpty(session: Session): boolean {
  const { commands, backtraces, instructions, structs, memory, caches, modules, tasks, symbols } = session;
  const found = [commands, backtraces, instructions, structs, memory, caches, modules, tasks, symbols];
  return found.every((list) => list.length === 0) && !session.banner.has('DUMPFILE');
}
