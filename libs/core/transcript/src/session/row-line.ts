import type { Sourced } from '../details/details';
import { keepText } from '../text';
import type { SessionModule, SessionTask, SlabObject, SymbolLine } from './session';
import { addressOf, indentOf, offsetOf, partSpan, wholeSpan, type SessionLine } from './session-line';

// kernel.c display_sys_stats, main.c; `set` prints some of the same names.
const BANNER =
  /^\s*(KERNEL|DEBUG KERNEL|SYSTEM MAP|DUMPFILE|CPUS|DATE|UPTIME|LOAD AVERAGE|TASKS|NODENAME|RELEASE|VERSION|MACHINE|MEMORY|PANIC|PID|COMMAND|TASK|CPU|STATE|LIVEPATCH): +(\S.*?)\s*$/;
const PROGRAM = /^\s*crash (\d[\w.+~-]{0,63})\s*$/;

export function readBanner(
  line: SessionLine,
): { readonly name: string; readonly value: Sourced<string> } | null {
  const m = line.message.includes(': ') ? BANNER.exec(line.message) : null;
  const version = m ? null : PROGRAM.exec(line.message)?.[1];
  const text = m?.[2] ?? version ?? null;
  if (text === null) return null;
  const span = partSpan(line, line.message.lastIndexOf(text), text.length);
  return { name: m?.[1] ?? 'CRASH', value: { value: keepText(text), span } };
}

// kernel.c do_module_cmd: with BASE since 7.2.8.
const MODULE =
  /^\s*([0-9a-f]{8,16}) {1,4}([A-Za-z0-9_]\S{0,63}) +(?:([0-9a-f]{8,16}) +)?(\d{1,12})(?: {2,}|$)(?:\S.*)?$/;
const MODULE_HEAD = /^\s*MODULE +NAME +(?:BASE +)?SIZE +OBJECT FILE/;

export function readModule(line: SessionLine): SessionModule | null {
  const m = MODULE.exec(line.message);
  if (!m || m[2] === undefined) return null;
  return {
    name: m[2],
    base: addressOf(m[3]),
    sizeBytes: Number(m[4]),
    span: wholeSpan(line),
  };
}

export function isModuleHead(message: string): boolean {
  return message.includes('MODULE') && MODULE_HEAD.test(message);
}

const MARK = 0x3e;
const BRACKET = 0x5b;
// task.c show_ps: `>` marks the task that its CPU runs.
const TASK =
  /^\s*(>)? *(\d{1,10}) +(\d{1,10}) +(\d{1,5}) +([0-9a-f]{8,16}) +([A-Z?]{2}) +\d[\d.]* +\d+ +\d+ +(\S.*?)\s*$/;
// task.c show_last_run, show_milliseconds.
const LAST_RUN =
  /^\s*\[ *[\d :.]+\] +\[([A-Z?]{2})\] +PID: *(\d+) +TASK: *([0-9a-f]+) +CPU: *(\d+) +COMMAND: *"([^"]*)"?/;

export function readTask(line: SessionLine): SessionTask | null {
  const first = line.message.charCodeAt(indentOf(line.message));
  // `>`, a number, `[` of a time.
  if (first !== MARK && first !== BRACKET && !(first >= 0x30 && first <= 0x39)) return null;
  const m = first === BRACKET ? null : TASK.exec(line.message);
  if (m) {
    return {
      pid: Number(m[2]),
      cpu: Number(m[4]),
      task: BigInt(`0x${m[5]}`),
      state: m[6] ?? '',
      comm: keepText((m[7] ?? '').replace(/^\[(.*)\]$/, '$1')),
      active: m[1] === '>',
      span: wholeSpan(line),
    };
  }
  const last = first === BRACKET ? LAST_RUN.exec(line.message) : null;
  if (!last) return null;
  return {
    pid: Number(last[2]),
    cpu: Number(last[4]),
    task: BigInt(`0x${last[3]}`),
    state: last[1] ?? '',
    comm: keepText(last[5] ?? ''),
    active: false,
    span: wholeSpan(line),
  };
}

export function isTaskHead(message: string): boolean {
  return message.includes('PPID') && /^\s*PID +PPID +CPU +TASK +ST /.test(message);
}

// symbols.c show_symbol.
const SYMBOL =
  /^\s*([0-9a-f]{8,16}) \(([A-Za-z?])\) ([A-Za-z_.$][\w.$]*)(?:\+(0x[0-9a-f]+|\d+))?(?: \[([\w-]+)\])?(?: +(\S+): (\d+))?\s*$/;

export function readSymbol(line: SessionLine): SymbolLine | null {
  const m = SYMBOL.exec(line.message);
  if (!m) return null;
  return {
    address: BigInt(`0x${m[1]}`),
    name: m[3] ?? '',
    offset: offsetOf(m[4]) ?? 0,
    module: m[5] ?? null,
    source: m[6] === undefined ? null : `${m[6]}:${m[7]}`,
    span: wholeSpan(line),
  };
}

// memory.c dump_kmem_cache_info_slub and its forerunners, which print the name second.
const CACHE = /^\s*([0-9a-f]{8,16}) +(\d{1,10}) +\d+ +\d+ +\d+ +\d+[kmb]? +(\S.*?)\s*$/;
const OLD_CACHE = /^\s*([0-9a-f]{8,16}) (\S+) +(\d{1,10}) +\d+ +\d+ +\d+ +\d+[kmb]?\s*$/;
const CACHE_HEAD = /^\s*CACHE +(?:NAME +)?OBJSIZE +ALLOCATED +TOTAL/;

export function readCache(
  line: SessionLine,
): { readonly name: string; readonly address: bigint; readonly objectSize: number } | null {
  const m = CACHE.exec(line.message);
  const old = m ? null : OLD_CACHE.exec(line.message);
  const name = m?.[3] ?? old?.[2];
  const address = addressOf(m?.[1] ?? old?.[1]);
  if (name === undefined || address === null) return null;
  return { name, address, objectSize: Number(m?.[2] ?? old?.[3]) };
}

export function isCacheHead(message: string): boolean {
  return message.includes('OBJSIZE') && CACHE_HEAD.test(message);
}

// memory.c do_slab_slub: objects, allocated ones in brackets.
const OBJECT = /^\s*(?:\[([0-9a-f]{8,16})\]|([0-9a-f]{8,16}))(?: +\(cpu \d+ cache\))?\s*$/;

export function readObject(line: SessionLine): SlabObject | null {
  const m = OBJECT.exec(line.message);
  const address = addressOf(m?.[1] ?? m?.[2]);
  return m && address !== null ? { address, allocated: m[1] !== undefined, span: wholeSpan(line) } : null;
}

const COMPLAINT = /^\s*kmem: ([^\s:]+): (\S.*?)\s*$/;

/** `kmem: kmalloc-512: slab: fffff98740ff0500 invalid freepointer: 8865e857f05594fe`. */
export function readComplaint(
  line: SessionLine,
): { readonly cache: string; readonly complaint: Sourced<string> } | null {
  const m = COMPLAINT.exec(line.message);
  const text = m?.[2];
  if (!m || text === undefined) return null;
  const span = partSpan(line, line.message.lastIndexOf(text), text.length);
  return { cache: m[1] ?? '', complaint: { value: keepText(text), span } };
}

const ERROR = /^\s*([a-z]\w{0,15}): (\S.*?)\s*$/;
const FAULTS = /error|invalid|cannot|not found|unknown|unable|failed|no such|not available|does not/i;

/** crash(8)'s complaint about a command: `rd: seek error: kernel virtual address: …`. */
export function readError(line: SessionLine, verb: string | null): Sourced<string> | null {
  const m = ERROR.exec(line.message);
  if (!m || m[1] !== verb || !FAULTS.test(m[2] ?? '')) return null;
  const text = line.message.trim();
  return { value: keepText(text), span: partSpan(line, line.message.indexOf(text), text.length) };
}
