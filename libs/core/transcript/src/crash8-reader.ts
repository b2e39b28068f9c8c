import { diagnose, openBlock, readCrash8Frame, type Block, type Diagnosis } from './crash8-block';
import { inTree } from './frame-line';
import type { Line } from './framing';
import type { Observe } from './observe';
import type { Arch, FaultLocation, Frame } from './reading';
import { instantOf, openDraft, type Draft } from './report';
import { matchHeader } from './header-line';

// crash(8) task.c print_task_header; kernel.c display_sys_stats.
const TASK = /^\s*PID: *(\d+) +TASK: *([0-9a-f]+) +CPU: *(\d+) +COMMAND: *"([^"]*)"?/;
const EXCEPTION = /^\s*\[exception RIP: (?:([A-Za-z_.$][\w.$]*)\+(0x[0-9a-f]+|\d+)|[^\]]*)\]/;
const ARM64_PC = /^\s*PC: *([0-9a-f]+) +\[([\w.$]+)\+(0x[0-9a-f]+|\d+)\]/;
const RIP = /^\s*RIP: *([0-9a-f]{16})/;
const SWITCH = /^\s*--- <[\w ()]+> ---/;
const DIS = /^\s*0x([0-9a-f]{8,16}) <([\w.$]+)\+(0x[0-9a-f]+|\d+)>:/;
const BANNER =
  /^\s*(KERNEL|DUMPFILE|DATE|NODENAME|RELEASE|MACHINE|PANIC|PID|COMMAND|STATE|CPU|UPTIME): +(.*)$/;
const SOURCE_LINE = /^\d+\s*$/;
const SOURCE_PATH = /^[\w.+/-]+\.[chS]$/;
const PROMPT = /^\s*crash(?:64)?> ?/;
/** First letters of the banner's names, and of source paths under a `bt -l` frame. */
const BANNER_LETTERS = 'KDNRMPCSU';
const SOURCE_LETTERS = '/.abcdefiklmnsuvr';
const MAX_BLOCKS = 4096;
const MAX_PLACES = 65536;

const MACHINES: Readonly<Record<string, Arch>> = {
  x86_64: 'x86_64',
  i686: 'i386',
  i386: 'i386',
  aarch64: 'arm64',
  armv7l: 'arm',
  ppc64: 'powerpc',
  ppc64le: 'powerpc',
  s390x: 's390x',
  riscv64: 'riscv',
  mips: 'mips',
  mips64: 'mips',
  loongarch64: 'loongarch',
};

/** @returns whether the text can hold crash(8) output at all: a few substring searches spare the rest. */
export function mayHoldCrash8(text: string): boolean {
  return (
    holdsNear(text, '>', 'crash> ') ||
    holdsNear(text, '"', 'COMMAND: "') ||
    (NUMBERED.some((number) => holdsNear(text, '#', number)) && text.includes('] machine_kexec at'))
  );
}

/** How a frame begins, of the first few: machine_kexec is among them. */
const NUMBERED = ['#0 [', '#1 [', '#2 [', '#3 ['];

/** Whether `text` holds `word`, found by one rare letter of it: many times faster than a search for all of its letters. */
function holdsNear(text: string, letter: string, word: string): boolean {
  const back = word.indexOf(letter);
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1))
    if (text.startsWith(word, at - back)) return true;
  return false;
}

/** Reads the output of crash(8): start-up banner, backtraces, disassembly. */
export class Crash8Reader {
  private readonly blocks: Block[] = [];
  private readonly places = new Map<string, { function: string; offset: number }>();
  private readonly banner = new Map<string, string>();
  private block: Block | null = null;

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
    if (first === 'c' && PROMPT.test(message)) {
      this.block = null;
      return true;
    }
    if (first === 'P' && this.onTask(line, message)) return true;
    if (first === '#' && this.onFrame(line, message)) return true;
    if (first === '0' && this.onPlace(line, message)) return true;
    const block = this.block;
    if (block && block.frames.length > 0 && this.onDetail(block, line, first)) return true;
    return BANNER_LETTERS.includes(first) && this.onBanner(message);
  }

  private note(line: Line, role: string, note: string): void {
    this.observe?.({ span: { start: line.start, end: line.end }, role, note });
  }

  private push(block: Block): void {
    if (this.blocks.length < MAX_BLOCKS) this.blocks.push(block);
    this.block = block;
  }

  private onTask(line: Line, message: string): boolean {
    const m = TASK.exec(message);
    if (!m) return false;
    const block = openBlock(line);
    block.pid = Number(m[1]);
    block.task = m[2] ?? null;
    block.cpu = Number(m[3]);
    block.comm = m[4] ?? null;
    this.push(block);
    this.note(line, 'task', `backtrace of ${block.comm}`);
    return true;
  }

  private onFrame(line: Line, message: string): boolean {
    const read = readCrash8Frame(message, line);
    if (!read) return false;
    let block = this.block;
    if (!block || read.number <= block.lastNumber || (block.frames.length === 0 && block.pid === null)) {
      if (this.isExcerpt(read.stack, read.frame.function)) return true;
      block = openBlock(line);
      this.push(block);
    }
    if (block.frames.length < this.maxFrames) {
      if (read.via !== null) block.via.set(block.frames.length, read.via);
      block.frames.push(read.frame);
      block.stack.push(read.stack);
    }
    block.lastNumber = read.number;
    block.end = line.end;
    this.note(line, 'frame', `#${read.number}`);
    return true;
  }

  /** `bt -f` output pasted without its header shows frames that stood in an earlier backtrace. */
  private isExcerpt(stack: string, name: string): boolean {
    return this.blocks.some((block) => {
      const at = block.stack.indexOf(stack);
      return at >= 0 && block.frames[at]?.function === name;
    });
  }

  private onPlace(line: Line, message: string): boolean {
    const dis = DIS.exec(message);
    if (!dis) return false;
    const offset = dis[3]?.startsWith('0x') ? Number.parseInt(dis[3], 16) : Number(dis[3]);
    if (this.places.size < MAX_PLACES) this.places.set(dis[1] ?? '', { function: dis[2] ?? '', offset });
    this.note(line, 'disassembly', `${dis[2]}+${offset}`);
    return true;
  }

  private onDetail(block: Block, line: Line, first: string): boolean {
    const message = line.message;
    if (first === '[' || first === 'P' || first === 'R') return this.onException(block, line, message);
    if (first === '-') return this.onStackSwitch(block, message);
    return SOURCE_LETTERS.includes(first) && onSource(block, message);
  }

  private onException(block: Block, line: Line, message: string): boolean {
    const m = EXCEPTION.exec(message);
    const pc = m ? null : ARM64_PC.exec(message);
    if (!m && !pc) {
      const rip = RIP.exec(message);
      const last = block.exceptions[block.exceptions.length - 1];
      if (rip && last && last.after === block.frames.length - 1 && last.fault.address === null) {
        last.fault = { ...last.fault, address: rip[1] ?? null };
      }
      return rip !== null;
    }
    const name = m ? m[1] : pc?.[2];
    const digits = m ? m[2] : pc?.[3];
    if (name === undefined || digits === undefined) return true;
    const offset = digits.startsWith('0x') ? Number.parseInt(digits, 16) : Number(digits);
    block.exceptions.push({
      after: block.frames.length - 1,
      fault: { function: name, offset, module: null, address: pc?.[1] ?? null, ofCrash: true },
    });
    this.note(line, 'ip', `${name}+${offset}`);
    return true;
  }

  private onStackSwitch(block: Block, message: string): boolean {
    if (!SWITCH.test(message)) return false;
    block.switches.push(block.frames.length - 1);
    return true;
  }

  private onBanner(message: string): boolean {
    const m = BANNER.exec(message);
    if (!m) return false;
    const key = m[1] ?? '';
    if (!this.banner.has(key)) this.banner.set(key, (m[2] ?? '').trim());
    return true;
  }

  /** A start-up banner alone still tells what crashed. */
  private fromBanner(): Draft | null {
    const panic = this.banner.get('PANIC');
    if (panic === undefined || !this.banner.has('DUMPFILE')) return null;
    const message = panic.replace(/^"|"?(?: \(check log for details\))?$/g, '');
    const row = matchHeader(message);
    const draft = openDraft(
      ORIGIN,
      row === null || row.role === 'panic' ? 'unknown' : row.kind,
      'own',
      'crash8',
    );
    draft.headline = message;
    draft.exception = row?.exception ?? null;
    draft.damage = 'trace-lost';
    draft.fatal = true;
    draft.panicked = true;
    draft.kernelRelease = this.banner.get('RELEASE') ?? null;
    draft.arch = MACHINES[this.banner.get('MACHINE')?.split(/\s/)[0] ?? ''] ?? null;
    return draft;
  }

  /** The crash that the backtraces show, else the first backtrace, else nothing. */
  finish(): Draft | null {
    const read = this.blocks
      .filter((block) => block.frames.length > 0)
      .map((block) => ({ block, diagnosis: diagnose(block, (address) => this.places.get(address) ?? null) }));
    const chosen = read.find((r) => r.diagnosis.crashed) ?? read[0];
    if (!chosen) return this.fromBanner();
    const hung = chosen.diagnosis.kind === 'hung-task' ? read.find((r) => isBlocked(r.block)) : undefined;
    if (hung) {
      const draft = this.describe(hung.block, { ...chosen.diagnosis, from: 0, fault: null }, null);
      draft.start = Math.min(draft.start, chosen.block.line.start);
      return draft;
    }
    const { block, diagnosis } = chosen;
    // The same task's trace, printed again with other options, may show what the first did not.
    const again = read.find((r) => r.block.task === block.task && r.diagnosis.fault?.offset != null);
    const fault =
      diagnosis.fault?.offset == null ? (again?.diagnosis.fault ?? diagnosis.fault) : diagnosis.fault;
    return this.describe(block, diagnosis, fault);
  }

  private describe(block: Block, diagnosis: Diagnosis, fault: FaultLocation | null): Draft {
    const draft = openDraft(block.line, diagnosis.kind, 'own', 'crash8');
    const panic = this.banner.get('PANIC')?.replace(/^"|"?(?: \(check log for details\))?$/g, '') ?? null;
    draft.headline = panic ?? '';
    draft.occurredAtMs = dateOf(this.banner.get('DATE'));
    draft.end = block.end;
    draft.exception = diagnosis.exception;
    draft.fault = fault === null ? null : withModule(fault, block, diagnosis.from);
    draft.frames = withoutStale(block.frames);
    draft.pid = block.pid;
    draft.cpu = block.cpu;
    draft.comm = block.comm;
    draft.fatal = diagnosis.crashed;
    draft.panicked = diagnosis.crashed;
    draft.kernelRelease = this.banner.get('RELEASE') ?? null;
    draft.arch = MACHINES[this.banner.get('MACHINE')?.split(/\s/)[0] ?? ''] ?? archOf(block.frames);
    if (draft.kind === 'paging-request' && panic !== null)
      draft.kind = matchHeader(panic)?.kind === 'null-ptr-deref' ? 'null-ptr-deref' : draft.kind;
    return draft;
  }
}

const ORIGIN: Line = {
  number: 0,
  start: 0,
  end: 0,
  message: '',
  uptime: null,
  wallTime: null,
  caller: null,
  framed: false,
  foreign: false,
};

// `Sun Sep 20 23:58:01 UTC 2026`: other zones' short names are ambiguous.
const UTC_DATE = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (?:UTC|GMT) (\d{4})$/;

function dateOf(date: string | undefined): number | null {
  const m = date === undefined ? null : UTC_DATE.exec(date);
  return m ? instantOf(`${m[2]} ${m[1]} ${m[4]} ${m[3]} UTC`) : null;
}

/** `bt -l`: `    path/file.c: 123` under a frame. */
function onSource(block: Block, message: string): boolean {
  const colon = message.lastIndexOf(': ');
  if (colon < 0 || !SOURCE_LINE.test(message.slice(colon + 2))) return false;
  const path = message.slice(0, colon).trim();
  if (!SOURCE_PATH.test(path)) return false;
  const last = block.frames[block.frames.length - 1];
  if (last && last.source === null) {
    block.frames[block.frames.length - 1] = {
      ...last,
      source: `${inTree(path)}:${message.slice(colon + 2).trim()}`,
    };
  }
  return true;
}

function withModule(
  fault: NonNullable<Draft['fault']>,
  block: Block,
  from: number,
): NonNullable<Draft['fault']> {
  if (fault.module !== null) return fault;
  const same = block.frames.slice(from).find((frame) => frame.function === fault.function);
  return same?.module == null ? fault : { ...fault, module: same.module };
}

/** khungtaskd brought the machine down for a task that waits: `foreach UN bt` shows it. */
function isBlocked(block: Block): boolean {
  return (
    /^__?schedule$/.test(block.frames[0]?.function ?? '') &&
    !/^(?:kworker|khungtaskd|kthreadd)/.test(block.comm ?? '')
  );
}

const SYSCALL_ENTRY =
  /^(?:do_syscall_64|do_fast_syscall_32|do_int80_syscall_32|do_SYSENTER_32|el0_svc_common)/;
const LOWEST = /^(?:entry_|ret_from_|system_call|sysret|tracesys|asm_|syscall_)/;

/** With randomised stack offsets, crash 8.0.2 prints what earlier calls left below the first system-call entry. */
function withoutStale(frames: readonly Frame[]): Frame[] {
  const entry = frames.findIndex((frame) => SYSCALL_ENTRY.test(frame.function));
  if (entry < 0) return withoutOldFaults(frames);
  return frames.map((frame, i) =>
    i > entry && !LOWEST.test(frame.function) ? { ...frame, reliable: false } : frame,
  );
}

/** What a page fault of user space leaves on the stack: without its entry (`asm_exc_page_fault`) it is over. */
const FAULT_LEFT =
  /^(?:exit_to_user_mode\w*|syscall_exit_to_user_mode|do_user_addr_fault|_*handle_mm_fault|do_(?:\w*fault|\w+_page)|set_pte|page_add_\w+|_*mod_\w+_state|filemap_map_pages)$/;

/** Where the stack shows no system call above its entry, the walk went astray over what an earlier fault left. */
function withoutOldFaults(frames: readonly Frame[]): Frame[] {
  let from = frames.length - 1;
  if (!/^entry_SYSCALL_64/.test(frames[from]?.function ?? '')) return [...frames];
  while (from > 0 && FAULT_LEFT.test(frames[from - 1]?.function ?? '')) from--;
  return frames.map((frame, i) =>
    i >= from && i < frames.length - 1 ? { ...frame, reliable: false } : frame,
  );
}

function archOf(frames: readonly Frame[]): Arch | null {
  if (frames.some((frame) => /^(?:entry_SYSCALL_64|do_syscall_64|asm_exc_|asm_sysvec_)/.test(frame.function)))
    return 'x86_64';
  if (frames.some((frame) => /^el[01]h?_|^__arm64_/.test(frame.function))) return 'arm64';
  return null;
}
