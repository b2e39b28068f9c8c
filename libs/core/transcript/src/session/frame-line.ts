import { offsetOf } from './session-line';

/** `PID: 134  TASK: ffff888005f50000  CPU: 1  COMMAND: "pvs"`: task.c print_task_header. */
export interface TaskHeader {
  readonly pid: number;
  readonly task: string;
  readonly cpu: number;
  readonly comm: string;
}

const TASK = /^\s*PID: *(\d+) +TASK: *([0-9a-f]+) +CPU: *(\d+) +COMMAND: *"([^"]*)"?/;

export function readTaskHeader(message: string): TaskHeader | null {
  const m = TASK.exec(message);
  return m ? { pid: Number(m[1]), task: m[2] ?? '', cpu: Number(m[3]), comm: m[4] ?? '' } : null;
}

/** A frame as crash(8) prints it. Addresses as printed, without `0x`. */
export interface FrameText {
  readonly number: number;
  /** `null` in a 32-bit ARM trace. */
  readonly stackPointer: string | null;
  readonly function: string;
  readonly offset: number | null;
  readonly via: string | null;
  readonly address: string | null;
  readonly module: string | null;
}

// x86_64.c print_stack_entry, x86.c, arm64.c arm64_print_stackframe_entry, ppc64.c, s390x.c.
const FRAME =
  /^\s*#(\d+) \[([0-9a-f]+)\] (?:\((?:active)\)|([\w.$]+)(?:\+(0x[0-9a-f]+|\d+))?)(?: \(via ([\w.]+)\))?(?: at ([0-9a-f]+))?(?: \[([\w-]+)\])?/;
const TEXT_SYMBOL =
  /^\s*\[([0-9a-f]{8,16})\] ([\w.$]+)(?:\+(0x[0-9a-f]+|\d+))? at ([0-9a-f]+)(?: \[([\w-]+)\])?/;
// arm.c arm_dump_backtrace_entry.
const ARM_FRAME =
  /^\s*#(\d{1,6}) \[<([0-9a-f]{8})>\] \(([\w.$]+)(?:\+(0x[0-9a-f]+|\d+))?(?: \[([\w-]+)\])?\) from \[<([0-9a-f]{8})>\]/;

export function readFrame(message: string): FrameText | null {
  const m = FRAME.exec(message);
  if (!m) return message.includes('[<') ? readArmFrame(message) : null;
  if (m[3] === undefined) return null;
  return {
    number: Number(m[1]),
    stackPointer: m[2] ?? null,
    // A dot begins the code's own symbol where a plain name is a descriptor (ppc64, ABI v1).
    function: m[3].startsWith('.') && !m[3].startsWith('.L') ? m[3].slice(1) : m[3],
    offset: offsetOf(m[4]),
    via: m[5] ?? null,
    address: m[6] ?? null,
    module: m[7] ?? null,
  };
}

/** A line of `bt -t`, which finds return addresses on the stack and does not number them. */
export function readTextSymbol(message: string): Omit<FrameText, 'number'> | null {
  const m = TEXT_SYMBOL.exec(message);
  if (!m) return null;
  return {
    stackPointer: m[1] ?? null,
    function: m[2] ?? '',
    offset: offsetOf(m[3]),
    via: null,
    address: m[4] ?? null,
    module: m[5] ?? null,
  };
}

function readArmFrame(message: string): FrameText | null {
  const m = ARM_FRAME.exec(message);
  if (!m) return null;
  return {
    number: Number(m[1]),
    stackPointer: null,
    function: m[3] ?? '',
    offset: offsetOf(m[4]),
    via: null,
    address: null,
    module: m[5] ?? null,
  };
}

const START = /^\s*START: ([\w.$]+)(?:\+(?:0x[0-9a-f]+|\d+))? at ([0-9a-f]+)/;
const ACTIVE = /^\s*(?:#\d+ \[[0-9a-f]*\] )?\(active\)\s*$/;
const SWITCH = /^\s*--- <([\w ()#-]+)> ---/;
const BOGUS = /^\s*WARNING: possibly bogus exception frame/;

/** `START: machine_kexec at ffffffff810772ef`: where `bt -t` began to look. */
export function isStart(message: string): boolean {
  return START.test(message) || ACTIVE.test(message);
}

/** `IRQ stack` of `--- <IRQ stack> ---`. */
export function readStackSwitch(message: string): string | null {
  return SWITCH.exec(message)?.[1] ?? null;
}

export function isBogusWarning(message: string): boolean {
  return BOGUS.test(message);
}

/** `path/file.c: 123`, under a frame of `bt -l` or above instructions of `dis -l`. */
export function readSourceLine(message: string): { readonly path: string; readonly line: string } | null {
  const colon = message.lastIndexOf(': ');
  if (colon < 0 || !SOURCE_LINE.test(message.slice(colon + 2))) return null;
  const path = message.slice(0, colon).trim();
  const suffix = path.slice(path.lastIndexOf('.') + 1);
  if (!SUFFIXES.has(suffix) || !SOURCE_PATH.test(path)) return null;
  return { path, line: message.slice(colon + 2).trim() };
}

const SOURCE_LINE = /^\d+\s*$/;
const SOURCE_PATH = /^[\w.+~@/-]+$/;
const SUFFIXES = new Set(['c', 'h', 'S', 'rs', 'inc']);
