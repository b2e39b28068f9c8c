import type { Arch, Backtrace, RegisterSet, Sourced, Span } from '@oopstream/core-transcript';
import type { CrashEvidence, DecodedInstruction, Disassemble } from './analysis';
import { DEFAULT_ANALYSIS_LIMITS, type AnalysisLimits } from './analysis-limits';
import { boundSession } from './bound-session';
import { builtFrom } from './built-from';
import { analyseInstruction, type InstructionAnalysis } from './instruction/instruction-findings';
import type { TrapContext } from './instruction/trap-context';
import { recoverRegisters, trapState, type RecoveredRegisters } from './registers/recover-registers';
import { knownRanges } from './known-ranges';
import { readValue, valueContext } from './values';
import type { ValueContext, ValueReading } from './values';

/** Registers at the trap, whoever told them. */
export interface TrapRegisters {
  readonly values: ReadonlyMap<string, Sourced<bigint>>;
  readonly span: Span;
  /** Names of those that were rebuilt from stack words and are printed nowhere. */
  readonly recovered: ReadonlySet<string>;
}

/** The instruction at which it trapped. */
export interface TrapInstruction {
  readonly decoded: DecodedInstruction;
  /** `code`: the kernel's `Code:` bytes; `listing`: a line of `dis`. */
  readonly from: 'code' | 'listing';
  readonly span: Span;
}

/** One crash, made ready once for all who look for findings. */
export interface CrashCase extends CrashEvidence {
  readonly arch: Arch;
  /** `null` where the text has no registers of the trap. */
  readonly trap: TrapRegisters | null;
  /** What the stack words of `bt -f` gave; `null` where there are none. */
  readonly recovered: RecoveredRegisters | null;
  /** The backtrace of the crash's own task, of the form with most to tell. */
  readonly backtrace: Backtrace | null;
  /** Instruction pointer; `null` where the text names the function only. */
  readonly pointer: Sourced<bigint> | null;
  readonly instruction: TrapInstruction | null;
  /** All that the instruction says: findings, reasons of the trap, the operand that failed, origins of registers. */
  readonly insight: InstructionAnalysis;
  /** What `explainTrap` starts from. */
  readonly context: TrapContext;
  readonly values: ValueContext;
  /** What each register at the trap looks like, by its best reading; none where nothing is known. */
  readonly looks: ReadonlyMap<string, ValueReading>;
}

const POINTER_NAMES = ['rip', 'eip', 'pc', 'nip', 'psw_addr', 'epc', 'era'];

export function buildCase(
  given: CrashEvidence,
  disassemble: Disassemble,
  limits: AnalysisLimits = DEFAULT_ANALYSIS_LIMITS,
): CrashCase {
  const session = given.session === null ? null : boundSession(given.session, limits);
  const evidence: CrashEvidence = { ...given, session };
  const { reading, details } = evidence;
  const arch = details.arch ?? reading.arch ?? 'x86_64';
  const backtrace = chooseBacktrace(evidence);
  const recovered = backtrace === null ? null : trapState(recoverRegisters(backtrace, arch));
  const trap = trapRegisters(printedRegisters(evidence, backtrace), recovered);
  const registers = trap?.values ?? new Map<string, Sourced<bigint>>();
  const insight = analyseInstruction({ arch, reading, details, session, registers, limits }, disassemble);
  const { context, site } = insight;
  const pointer =
    pointerOf(trap) ??
    (site?.from === 'listing' && site.address !== null
      ? { value: site.address, span: site.trapped.span }
      : null);
  const instruction =
    site === null ? null : { decoded: site.trapped.decoded, from: site.from, span: site.trapped.span };
  const values = valueContext(arch, {
    pagingLevels: pagingLevelsOf(trap),
    release: releaseOf(reading.kernelRelease ?? builtFrom(evidence)?.release ?? null),
    known: knownRanges(evidence, registers, session),
    pointers: pointersOf(trap),
    crashedAtMs: reading.occurredAtMs,
    uptimeSeconds: reading.uptimeSeconds,
  });
  const looks = looksOf(registers, values);
  const found = { arch, trap, recovered, backtrace, pointer, instruction, insight, context, values, looks };
  return { reading, details, session, ...found };
}

function looksOf(registers: TrapRegisters['values'], context: ValueContext): CrashCase['looks'] {
  const looks = new Map<string, ValueReading>();
  for (const [name, { value }] of registers) {
    const best = readValue(value, context)[0];
    if (best !== undefined) looks.set(name, best);
  }
  return looks;
}

/**
 * The crash's own task, and of its backtraces the one that shows stack words. crash(8) begins with the task that brought
 * the machine down: a report that the machine survived, of another task, has none.
 */
function chooseBacktrace({ reading, session }: CrashEvidence): Backtrace | null {
  const all = (session?.backtraces ?? []).filter(
    ({ kind, frames }) => kind === 'frames' && frames.length > 0,
  );
  const first = all.find(({ pid }) => pid !== null)?.pid ?? null;
  const dumped = reading.format === 'crash8' || reading.fatal ? first : null;
  const pid = reading.pid ?? dumped;
  const named = all.filter((one) => one.pid !== null && one.pid === pid);
  // `bt -f` pasted without its first lines names no task: it belongs to the one that was dumped.
  const unnamed = pid === first || first === null ? all.filter((one) => one.pid === null) : [];
  const own = [...named, ...unnamed];
  return own.find(({ frames }) => frames.some(({ words }) => words.length > 0)) ?? own[0] ?? null;
}

/** What the log printed; else what crash(8) shows under the trap's frame and does not doubt itself. */
function printedRegisters({ details }: CrashEvidence, backtrace: Backtrace | null): RegisterSet | null {
  const logged = details.registers.find((set) => set.of === 'fault');
  if (logged !== undefined) return logged;
  const frame = backtrace?.frames.find(({ registers, bogus }) => registers?.of === 'fault' && !bogus);
  return frame?.registers ?? null;
}

const NONE: ReadonlySet<string> = new Set();

function trapRegisters(
  printed: RegisterSet | null,
  recovered: RecoveredRegisters | null,
): TrapRegisters | null {
  if (recovered === null)
    return printed === null ? null : { values: printed.values, span: printed.span, recovered: NONE };
  const values = new Map(printed?.values);
  const added = new Set<string>();
  for (const [name, value] of recovered.registers.values) {
    if (values.has(name)) continue;
    values.set(name, value);
    added.add(name);
  }
  return { values, span: printed?.span ?? recovered.registers.span, recovered: added };
}

function pointerOf(trap: TrapRegisters | null): Sourced<bigint> | null {
  for (const name of POINTER_NAMES) {
    const value = trap?.values.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

/** Addresses that this crash had at hand: its stack, and what else in its registers is a kernel address of 64 bits. */
function pointersOf(trap: TrapRegisters | null): readonly bigint[] {
  const pointers = new Set<bigint>();
  if (trap === null) return [];
  for (const name of STACK_NAMES) {
    const stack = trap.values.get(name);
    if (stack !== undefined) pointers.add(stack.value);
  }
  for (const { value } of trap.values.values())
    if (value >= KERNEL_HALF && value < LAST_PAGES) pointers.add(value);
  return [...pointers];
}

const STACK_NAMES = ['rsp', 'sp', 'esp', 'r1'];
/** 48 bits, extended by their sign. */
const KERNEL_HALF = 0xffff_8000_0000_0000n;

/** Behind it are error codes and small negative numbers. */
const LAST_PAGES = 0xffff_ffff_fff0_0000n;

/** CR4.LA57: Intel SDM volume 3, 2.5. */
function pagingLevelsOf(trap: TrapRegisters | null): 4 | 5 | null {
  const cr4 = trap?.values.get('cr4');
  if (cr4 === undefined) return null;
  return (cr4.value & 0x1000n) === 0n ? 4 : 5;
}

function releaseOf(release: string | null): ValueContext['release'] {
  const m = /^(\d{1,3})\.(\d{1,4})/.exec(release ?? '');
  return m ? { major: Number(m[1]), minor: Number(m[2]) } : null;
}
