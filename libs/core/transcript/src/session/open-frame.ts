import type { RegisterSet, Sourced } from '../details/details';
import { spanOf } from '../text';
import type { FrameText } from './frame-line';
import type { BacktraceFrame, ExceptionFrame, StackWord } from './session';
import { addressOf, type SessionLine } from './session-line';

/** Registers and instruction pointer that stand under a frame, while they are read. */
export interface OpenRegisters {
  readonly values: Map<string, Sourced<bigint>>;
  exceptionIp: Sourced<string> | null;
  bogus: boolean;
  start: number;
  end: number;
}

export function openRegisters(): OpenRegisters {
  return { values: new Map(), exceptionIp: null, bogus: false, start: -1, end: -1 };
}

export function addRegisters(
  open: OpenRegisters,
  line: SessionLine,
  found: readonly [string, Sourced<bigint>][],
): void {
  for (const [printed, value] of found) {
    // `LR` is the link register's name on ARM and powerpc, and the kernel's own only on the former.
    const name = printed === 'lr' && open.values.has('nip') ? 'link' : printed;
    if (!open.values.has(name)) open.values.set(name, value);
  }
  if (open.start < 0) open.start = line.start;
  open.end = line.end;
}

/** Whether the processor was in user space, by the bits that each architecture keeps for it. */
function fromUserSpace(values: OpenRegisters['values']): boolean | null {
  const cs = values.get('cs');
  if (cs) return (cs.value & 3n) === 3n;
  const pstate = values.get('pstate');
  if (pstate) return (pstate.value & 0xfn) === 0n;
  const cpsr = values.get('cpsr');
  if (cpsr) return (cpsr.value & 0x1fn) === 0x10n;
  const msr = values.get('msr');
  if (msr) return (msr.value & 0x4000n) !== 0n;
  const psw = values.get('psw_mask');
  if (psw) return (psw.value & 0x0001000000000000n) !== 0n;
  return null;
}

function setOf(open: OpenRegisters): RegisterSet | null {
  if (open.values.size === 0) return null;
  const user = fromUserSpace(open.values) ?? open.exceptionIp === null;
  return { of: user ? 'user' : 'fault', values: open.values, span: spanOf(open.start, open.end) };
}

export interface OpenFrame {
  readonly text: FrameText;
  readonly number: number;
  readonly words: StackWord[];
  readonly registers: OpenRegisters;
  readonly start: number;
  end: number;
  source: string | null;
  leaves: string | null;
}

export function openFrame(text: FrameText, number: number, line: SessionLine): OpenFrame {
  const { start, end } = line;
  return {
    text,
    number,
    words: [],
    registers: openRegisters(),
    start,
    end,
    source: null,
    leaves: null,
  };
}

/** The whole path as printed: its directories name the package that was built. */
export function sourceOf(path: string, line: string): string {
  return `${path}:${line}`;
}

export function finishFrame(frame: OpenFrame): BacktraceFrame {
  const { text, registers } = frame;
  return {
    number: frame.number,
    stackPointer: addressOf(text.stackPointer ?? undefined),
    function: text.function,
    offset: text.offset,
    address: addressOf(text.address ?? undefined),
    module: text.module,
    source: frame.source,
    words: frame.words,
    registers: setOf(registers),
    exceptionIp: registers.exceptionIp,
    via: text.via,
    leaves: frame.leaves,
    bogus: registers.bogus,
    span: spanOf(frame.start, frame.end),
  };
}

/** A frame of `bt -e` while it is read. */
export interface OpenException {
  readonly mode: ExceptionFrame['mode'];
  readonly address: bigint;
  readonly registers: OpenRegisters;
  readonly start: number;
  end: number;
}

const EXCEPTION_FRAME = /^\s*(KERNEL|USER)-MODE EXCEPTION FRAME AT:? +([0-9a-f]{8,16})/;

export function openException(line: SessionLine): OpenException | null {
  const m = EXCEPTION_FRAME.exec(line.message);
  const address = addressOf(m?.[2]);
  if (!m || address === null) return null;
  const mode = m[1] === 'USER' ? 'user' : 'kernel';
  return { mode, address, registers: openRegisters(), start: line.start, end: line.end };
}

export function finishException(frame: OpenException): ExceptionFrame {
  return {
    mode: frame.mode,
    address: frame.address,
    exceptionIp: frame.registers.exceptionIp,
    registers: setOf(frame.registers),
    bogus: frame.registers.bogus,
    span: spanOf(frame.start, frame.end),
  };
}
