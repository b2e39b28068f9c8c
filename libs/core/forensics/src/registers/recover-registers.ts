import type {
  Arch,
  Backtrace,
  BacktraceFrame,
  RegisterSet,
  Sourced,
  Span,
  StackWord,
} from '@oopstream/core-transcript';
import { PT_REGS_LAYOUTS, type PtRegsLayout } from './pt-regs-layout';

/** A processor state rebuilt from stack words. */
export interface RecoveredRegisters {
  readonly registers: RegisterSet;
  /** Where the state lies on the stack. */
  readonly address: bigint;
  /** Number of the frame in whose words it begins. */
  readonly frame: number;
  /** Words that `bt -F` names instead of printing: registers that stay unknown. */
  readonly unknown: readonly string[];
  /**
   * `adjacent`: the saved stack pointer leads right behind the state, as only a trap on the same stack leaves it;
   * `switched`: the trap changed stacks, so only the bits of the state speak for it.
   */
  readonly shownBy: 'adjacent' | 'switched';
}

/** Bytes that an entry may leave between a state and the stack it interrupted: alignment to 16 (Intel SDM volume 3, 6.14.2). */
const MAX_GAP = 16n;
const WORD = 8n;
/** Functions that copy a state for the dump: theirs is a copy, and often of themselves. */
const DUMPS =
  /^(?:machine_kexec|__?crash_kexec|crash_kexec|crash_setup_regs|crash_save_cpu|panic|oops_end|die)/;
/** Stacks that the processor or the entry code switches to. */
const SWITCHES = /exception stack|NMI|DOUBLEFAULT|DEBUG|MCE|IST|#DF|#VC/i;

interface PlacedWord {
  readonly word: StackWord;
  readonly frame: BacktraceFrame;
}

/**
 * Rebuilds the processor states that lie among the words of `bt -f`, `-F` or `-FF`, innermost first. What crash(8)
 * printed under a frame is not looked at: the words alone say it.
 */
export function recoverRegisters(backtrace: Backtrace, arch: Arch | null): readonly RecoveredRegisters[] {
  const layout = PT_REGS_LAYOUTS.find((one) => one.arch === (arch ?? 'x86_64'));
  if (layout === undefined) return [];
  const words = placedWords(backtrace);
  const found: RecoveredRegisters[] = [];
  for (let first = 0; first + layout.fields.length <= words.length; first++) {
    const state = stateAt(words, first, layout);
    if (state === null) continue;
    found.push(state);
    first += layout.fields.length - 1;
  }
  return found;
}

/** In the order of the stack. */
function placedWords({ frames }: Backtrace): readonly PlacedWord[] {
  const words: PlacedWord[] = [];
  for (const frame of frames) for (const word of frame.words) words.push({ word, frame });
  return words;
}

/** The state in which the crash's own trap found the kernel: the innermost that is no copy made for the dump. */
export function trapState(states: readonly RecoveredRegisters[]): RecoveredRegisters | null {
  return states.find((state) => state.registers.of !== 'user') ?? null;
}

function stateAt(
  words: readonly PlacedWord[],
  first: number,
  layout: PtRegsLayout,
): RecoveredRegisters | null {
  const begin = words[first];
  const last = words[first + layout.fields.length - 1];
  if (begin === undefined || last === undefined) return null;
  const get = (name: string): bigint | null => words[first + layout.fields.indexOf(name)]?.word.value ?? null;
  // What most words fail comes first.
  if (!layout.isPlausible(get) || DUMPS.test(begin.frame.function)) return null;
  // Words are 8 bytes apart within a stack; a state never reaches over a gap.
  if (last.word.address - begin.word.address !== WORD * BigInt(layout.fields.length - 1)) return null;
  const shownBy = placeOf(begin, last, get(layout.stackPointer), layout.isUser(get));
  if (shownBy === null) return null;
  const values = new Map<string, Sourced<bigint>>();
  const unknown: string[] = [];
  layout.fields.forEach((name, index) => {
    const word = words[first + index]?.word;
    if (name === null || word === undefined) return;
    if (word.value === null) unknown.push(name);
    else values.set(name, { value: word.value, span: word.span });
  });
  const span: Span = { start: begin.word.span.start, end: last.word.span.end };
  const of = layout.isUser(get) ? 'user' : 'fault';
  return {
    registers: { of, values, span },
    address: begin.word.address,
    frame: begin.frame.number,
    unknown,
    shownBy,
  };
}

function placeOf(
  begin: PlacedWord,
  last: PlacedWord,
  stackPointer: bigint | null,
  isUser: boolean,
): RecoveredRegisters['shownBy'] | null {
  if (isUser) return 'switched';
  if (stackPointer === null) return null;
  const gap = stackPointer - (last.word.address + WORD);
  if (gap >= 0n && gap <= MAX_GAP) return 'adjacent';
  return SWITCHES.test(begin.frame.leaves ?? '') ? 'switched' : null;
}
