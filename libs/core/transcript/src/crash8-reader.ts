import { Crash8Banner } from './crash8-banner';
import { diagnose, frameOf, openBlock, type Block, type Diagnosis } from './crash8-block';
import { ModuleMap } from './crash8-modules';
import { withoutStale } from './crash8-stale';
import { inTree } from './frame-line';
import type { Line } from './framing';
import { matchHeader } from './header-line';
import type { Observe } from './observe';
import type { Arch, FaultLocation } from './reading';
import { openDraft, type Draft } from './report';
import { isPrompt } from './session/command-line';
import {
  isBogusWarning,
  readFrame,
  readSourceLine,
  readStackSwitch,
  readTaskHeader,
  readTextSymbol,
  type FrameText,
} from './session/frame-line';
import { isModuleHead, readSymbol, readTask } from './session/row-line';
import { offsetOf, unplacedLine } from './session/session-line';

const EXCEPTION = /^\s*\[exception RIP: (?:([A-Za-z_.$][\w.$]*)\+(0x[0-9a-f]+|\d+)|[^\]]*)\]/;
const ARM64_PC = /^\s*PC: *([0-9a-f]+) +\[([\w.$]+)\+(0x[0-9a-f]+|\d+)\]/;
const POWERPC_NIP = /^\s*\[NIP +: \.?([A-Za-z_$][\w.$]*)\+(0x[0-9a-f]+|\d+)\]/;
const POINTER = /^\s*(?:RIP|NIP): *([0-9a-f]{16})/;
const DIS = /^\s*0x([0-9a-f]{8,16}) <([\w.$]+)\+(0x[0-9a-f]+|\d+)(?: \[[\w-]+\])?>:/;
/** First letters of source paths under a `bt -l` frame. */
const SOURCE_LETTERS = '/.abcdefiklmnsuvr';
/** How lines of `ps`, `sym` and `mod` begin: a mark, a number, an address. */
const ROW_LETTERS = '[>0123456789abcdef';
const MODULE_ROW = /^\s*[0-9a-f]{8,16} {1,4}[A-Za-z0-9_]/;
const MAX_BLOCKS = 4096;
const MAX_PLACES = 65536;
/** Column of the bracket behind a 64-bit address: `ffffffff84287f8b (t) `. */
const SYMBOL_TYPE = 17;

/** @returns whether the text can hold crash(8) output at all: a few substring searches spare the rest. */
export function mayHoldCrash8(text: string): boolean {
  return (
    holdsNear(text, '>', ['crash> ']) ||
    holdsNear(text, '"', ['COMMAND: "']) ||
    (holdsNear(text, '#', NUMBERED) && text.includes('] machine_kexec at'))
  );
}

/** How a frame begins, of the first few: machine_kexec is among them. */
const NUMBERED = ['#0 [', '#1 [', '#2 [', '#3 ['];

/** Whether `text` holds one of the words, found by one rare letter of theirs: faster by far than a search for the words. */
function holdsNear(text: string, letter: string, words: readonly string[]): boolean {
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1))
    for (const word of words) if (text.startsWith(word, at - word.indexOf(letter))) return true;
  return false;
}

/** Reads what the identity of a crash needs of crash(8)'s output: start-up banner, backtraces, disassembly, modules. */
export class Crash8Reader {
  private readonly blocks: Block[] = [];
  private readonly places = new Map<string, { function: string; offset: number }>();
  private readonly modules = new ModuleMap();
  private readonly banner = new Crash8Banner();
  /** Stack address and function of frames, for telling an excerpt from another task's trace; made when asked for. */
  private readonly seen = new Set<string>();
  /** Blocks whose frames are among the seen. */
  private indexed = 0;
  /** Tasks that `ps` shows blocked, by address. */
  private readonly blocked = new Set<string>();
  private block: Block | null = null;
  /** Number of the last line that a frame or something below it took. */
  private lastOfBlock = -1;
  private listsModules = false;

  constructor(
    private readonly maxFrames: number,
    private readonly observe: Observe | null,
  ) {}

  /** @returns whether the line was crash(8)'s own and says nothing to anyone else. */
  line(line: Line): boolean {
    const message = line.message;
    let at = 0;
    while (at < message.length && message.charCodeAt(at) <= 0x20) at++;
    const first = message[at] ?? '';
    if (first === 'c' && isPrompt(message)) {
      this.block = null;
      this.listsModules = /> ?mod\b/.test(message);
      return true;
    }
    if (first === 'P' && this.onTask(line, message)) return true;
    if (first === '#' && this.onFrame(line, message)) return this.belongs(line);
    if (first === '[' && this.onTextSymbol(message)) return true;
    if (first === '0' && this.onPlace(line, message)) return true;
    const block = this.block;
    if (block && block.frames.length > 0 && this.onDetail(block, line, first)) return this.belongs(line);
    if (this.onRow(line, at, first)) return true;
    // The log that `log` printed has `CPU: 1 PID: 7 Comm: x` too.
    return !line.framed && this.banner.line(message, first);
  }

  private belongs(line: Line): true {
    this.lastOfBlock = line.number;
    return true;
  }

  private note(line: Line, role: string, note: string): void {
    this.observe?.({ span: { start: line.start, end: line.end }, role, note });
  }

  private push(block: Block): Block {
    if (this.blocks.length < MAX_BLOCKS) this.blocks.push(block);
    return (this.block = block);
  }

  private onTask(line: Line, message: string): boolean {
    const task = readTaskHeader(message);
    if (!task) return false;
    this.push({ ...openBlock(line), pid: task.pid, task: task.task, cpu: task.cpu, comm: task.comm });
    this.note(line, 'task', `backtrace of ${task.comm}`);
    return true;
  }

  private onFrame(line: Line, message: string): boolean {
    const text = readFrame(message);
    if (!text) return false;
    if (text.module !== null) this.modules.addPlace(text.address, text.module);
    const block = this.blockFor(text, line);
    if (block === null) return true;
    if (block.frames.length < this.maxFrames) {
      if (text.via !== null) block.via.set(block.frames.length, text.via);
      block.frames.push(frameOf(text, line));
      block.stack.push(text.stackPointer ?? '');
    }
    block.lastNumber = text.number;
    block.end = line.end;
    this.note(line, 'frame', `#${text.number}`);
    return true;
  }

  /** `bt -t` shows stale addresses among the live ones: good for telling where modules lie. */
  private onTextSymbol(message: string): boolean {
    const text = readTextSymbol(message);
    if (text === null || this.block === null) return false;
    if (text.module !== null) this.modules.addPlace(text.address, text.module);
    return true;
  }

  /** @returns `null` for `bt -f` output pasted without its header: an excerpt of a backtrace that stands above. */
  private blockFor(text: FrameText, line: Line): Block | null {
    const block = this.block;
    if (block && text.number > block.lastNumber && (block.frames.length > 0 || block.pid !== null))
      return block;
    return this.isExcerpt(text) ? null : this.push(openBlock(line));
  }

  private isExcerpt(text: FrameText): boolean {
    for (const block of this.blocks.slice(this.indexed)) this.index(block);
    // The last block may still grow.
    this.indexed = Math.max(0, this.blocks.length - 1);
    return this.seen.has(`${text.stackPointer} ${text.function}`);
  }

  private index(block: Block): void {
    for (; block.indexed < block.stack.length; block.indexed++)
      this.seen.add(`${block.stack[block.indexed]} ${block.frames[block.indexed]?.function}`);
  }

  private onPlace(line: Line, message: string): boolean {
    const dis = DIS.exec(message);
    const offset = offsetOf(dis?.[3]);
    if (!dis || offset === null) return false;
    if (this.places.size < MAX_PLACES) this.places.set(dis[1] ?? '', { function: dis[2] ?? '', offset });
    this.note(line, 'disassembly', `${dis[2]}+${offset}`);
    return true;
  }

  /** Lines of `mod`, `sym` and `ps` that tell where an address lies, and who waits. */
  private onRow(line: Line, at: number, first: string): boolean {
    const message = line.message;
    if (first === 'M' && isModuleHead(message)) return (this.listsModules = true);
    if (!ROW_LETTERS.includes(first)) return false;
    if (message[at + SYMBOL_TYPE] === '(' && message[at + SYMBOL_TYPE + 2] === ')')
      return this.onSymbol(line);
    if (this.listsModules && MODULE_ROW.test(message)) return this.modules.addLine(line);
    return first < 'a' && this.onWaiting(line);
  }

  private onWaiting(line: Line): boolean {
    if (!line.message.includes('UN')) return false;
    const task = readTask(unplacedLine(line));
    if (task?.state === 'UN') this.blocked.add(task.task.toString(16));
    return task !== null;
  }

  private onSymbol(line: Line): boolean {
    const symbol = readSymbol(unplacedLine(line));
    if (!symbol) return false;
    const address = symbol.address.toString(16);
    if (symbol.offset > 0 && this.places.size < MAX_PLACES)
      this.places.set(address, { function: symbol.name, offset: symbol.offset });
    this.modules.addPlace(address, symbol.module);
    this.note(line, 'symbol', `${symbol.name}+${symbol.offset}`);
    return true;
  }

  private onDetail(block: Block, line: Line, first: string): boolean {
    const message = line.message;
    if (first === '[' || first === 'P') return this.onException(block, line, first);
    if (first === 'R' || first === 'N') return onPointer(block, message, first);
    if (first === 'W') return onBogus(block, message);
    if (first === '-') return readStackSwitch(message) !== null;
    // `bt -l` prints it right below its frame: elsewhere a path is another command's, of `dis -l` for instance.
    if (line.number !== this.lastOfBlock + 1) return false;
    return SOURCE_LETTERS.includes(first) && onSource(block, message);
  }

  private onException(block: Block, line: Line, first: string): boolean {
    const message = line.message;
    const m = first === '[' ? (EXCEPTION.exec(message) ?? POWERPC_NIP.exec(message)) : null;
    const pc = first === 'P' ? ARM64_PC.exec(message) : null;
    if (!m && !pc) return false;
    const name = m ? m[1] : pc?.[2];
    const offset = offsetOf(m ? m[2] : pc?.[3]);
    if (name === undefined || offset === null) return true;
    const address = pc?.[1] ?? block.pointer;
    block.exceptions.push({
      after: block.frames.length - 1,
      fault: { function: name, offset, module: null, address, ofCrash: true },
    });
    this.note(line, 'ip', `${name}+${offset}`);
    return true;
  }

  /** The crash that the backtraces show, else the first backtrace, else nothing. */
  finish(): Draft | null {
    const blocks = this.blocks.filter((block) => block.frames.length > 0);
    const chosen = this.choose(blocks);
    if (!chosen) return this.banner.draft();
    const { block, diagnosis } = chosen;
    const hung = diagnosis.kind === 'hung-task' ? this.hungAmong(blocks) : undefined;
    if (hung) {
      const draft = this.describe(hung, { ...diagnosis, from: 0, fault: null }, null);
      draft.start = Math.min(draft.start, block.line.start);
      return draft;
    }
    // The same task's trace, printed again with other options, may show what the first did not.
    const fault =
      diagnosis.fault?.offset == null
        ? (this.faultAgain(blocks, block.task) ?? diagnosis.fault)
        : diagnosis.fault;
    return this.describe(block, diagnosis, fault);
  }

  private diagnose(block: Block): Diagnosis {
    return diagnose(block, (address) => this.places.get(address) ?? null);
  }

  private choose(blocks: readonly Block[]): { readonly block: Block; readonly diagnosis: Diagnosis } | null {
    let first: { readonly block: Block; readonly diagnosis: Diagnosis } | null = null;
    for (const block of blocks) {
      const read = { block, diagnosis: this.diagnose(block) };
      if (read.diagnosis.crashed) return read;
      first ??= read;
    }
    return first;
  }

  private faultAgain(blocks: readonly Block[], task: string | null): FaultLocation | null {
    for (const block of blocks) {
      const fault = block.task === task ? this.diagnose(block).fault : null;
      if (fault?.offset != null) return fault;
    }
    return null;
  }

  /** khungtaskd brought the machine down for a task that waits: `foreach UN bt` shows it, and `ps` says so. */
  private hungAmong(blocks: readonly Block[]): Block | undefined {
    const waiting = blocks.filter(isWaiting);
    return waiting.find((block) => this.blocked.has(block.task ?? '')) ?? waiting[0];
  }

  private describe(block: Block, diagnosis: Diagnosis, fault: FaultLocation | null): Draft {
    const draft = openDraft(block.line, diagnosis.kind, 'own', 'crash8');
    const panic = this.banner.panic;
    draft.headline = panic ?? '';
    draft.occurredAtMs = this.banner.occurredAtMs;
    draft.end = block.end;
    draft.exception = diagnosis.exception;
    draft.fault = fault === null ? null : this.withModule(fault, block, diagnosis.from);
    draft.frames = withoutStale(block.frames);
    draft.pid = block.pid;
    draft.cpu = block.cpu;
    draft.comm = block.comm;
    draft.fatal = diagnosis.crashed;
    draft.panicked = diagnosis.crashed;
    draft.kernelRelease = this.banner.release;
    draft.arch = this.banner.arch ?? archOf(block);
    if (draft.kind === 'paging-request' && panic !== null)
      draft.kind = matchHeader(panic)?.kind === 'null-ptr-deref' ? 'null-ptr-deref' : draft.kind;
    return draft;
  }

  /** `[exception RIP: f+1]` says no module: a frame of the same function does, or where the pointer lies. */
  private withModule(fault: FaultLocation, block: Block, from: number): FaultLocation {
    if (fault.module !== null) return fault;
    const same = block.frames.slice(from).find((frame) => frame.function === fault.function);
    return { ...fault, module: same?.module ?? this.modules.moduleAt(fault.address) };
  }
}

function onPointer(block: Block, message: string, first: string): boolean {
  const pointer = POINTER.exec(message);
  if (!pointer) return false;
  const last = block.exceptions[block.exceptions.length - 1];
  if (first === 'N') block.pointer = pointer[1] ?? null;
  else if (last && last.after === block.frames.length - 1 && last.fault.address === null)
    last.fault = { ...last.fault, address: pointer[1] ?? null };
  return true;
}

/** crash(8) does not trust the frame that it has just printed: nor do we. */
function onBogus(block: Block, message: string): boolean {
  if (!isBogusWarning(message)) return false;
  const last = block.exceptions[block.exceptions.length - 1];
  if (last?.after === block.frames.length - 1) block.exceptions.pop();
  return true;
}

/** `bt -l`: `    path/file.c: 123` under a frame. */
function onSource(block: Block, message: string): boolean {
  const read = readSourceLine(message);
  if (read === null) return false;
  const last = block.frames[block.frames.length - 1];
  if (last && last.source === null)
    block.frames[block.frames.length - 1] = { ...last, source: `${inTree(read.path)}:${read.line}` };
  return true;
}

/** The task sleeps for something, and is none of the kernel's own that always do. */
function isWaiting(block: Block): boolean {
  return (
    /^__?schedule$/.test(block.frames[0]?.function ?? '') &&
    !/^(?:kworker|khungtaskd|kthreadd)/.test(block.comm ?? '')
  );
}

function archOf({ frames, pointer }: Block): Arch | null {
  if (pointer !== null) return 'powerpc';
  if (frames.some((frame) => /^(?:entry_SYSCALL_64|do_syscall_64|asm_exc_|asm_sysvec_)/.test(frame.function)))
    return 'x86_64';
  if (frames.some((frame) => /^el[01]h?_|^__arm64_/.test(frame.function))) return 'arm64';
  return null;
}
