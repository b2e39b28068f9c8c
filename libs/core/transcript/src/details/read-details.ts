import type { Reading } from '../reading';
import { decodeForScan } from '../text';
import { findBoot, readBootFacts, readLivepatches } from './boot-facts';
import { CodeReader } from './code-line';
import { type DetailLine, eachDetailLine, spanIn } from './detail-line';
import type { CrashDetails, RegisterSet, Sourced } from './details';
import { FaultReader } from './fault-reader';
import { readHardware } from './hardware-reader';
import { LockReader } from './lock-reader';
import { MemoryReader } from './memory-reader';
import { ModuleReader } from './module-list';
import { PageReader } from './page-reader';
import { finishRegisters, isUser, RegisterReader } from './register-reader';
import { StackReader } from './stack-reader';
import { StackWordReader } from './stack-words';
import { readVerboseTaint, taintFlags } from './taint';

/** Bounds on what is kept of one report. */
export interface DetailLimits {
  /** Bytes of one line that are looked at. */
  readonly maxLineBytes: number;
  readonly maxRegisterSets: number;
  readonly maxStacks: number;
  /** Frames of one stack; beyond them the middle is left out. */
  readonly maxFrames: number;
  readonly maxModules: number;
  readonly maxStackWords: number;
  /** Lines of memory dumps. */
  readonly maxDumps: number;
  readonly maxLocks: number;
  readonly maxHardwareRecords: number;
  /** Bytes behind the reading's span in which lists and dumps that it began may go on. */
  readonly maxTailBytes: number;
  /** Bytes above the crash in which hardware records are looked for. */
  readonly maxRecordBytes: number;
  /** Seconds before the crash from which hardware records are taken. */
  readonly maxRecordSeconds: number;
  /** Bytes above the crash in which the beginning of its boot is looked for. */
  readonly maxLookBackBytes: number;
  /** Bytes from there on in which the messages of the boot are looked for. */
  readonly maxBootBytes: number;
}

export const DEFAULT_DETAIL_LIMITS: DetailLimits = {
  maxLineBytes: 4096,
  maxRegisterSets: 64,
  maxStacks: 256,
  maxFrames: 1024,
  maxModules: 2048,
  maxStackWords: 1024,
  maxDumps: 512,
  maxLocks: 512,
  maxHardwareRecords: 128,
  maxTailBytes: 4 * 1024,
  maxRecordBytes: 32 * 1024,
  maxRecordSeconds: 300,
  maxLookBackBytes: 2 * 1024 * 1024,
  maxBootBytes: 256 * 1024,
};

// arch/x86/kernel/process.c show_regs_common (to 3.8).
const OLD_HARDWARE = /^Pid: \d+, comm: .{1,20} (?:Not tainted|Tainted: [A-Z ]{1,40}) +\S+ #\S+ (\S.{0,200})$/;
const LINE_FEED = 10;
const END = /^---\[ end (?:trace|Kernel panic)/;
// arch/x86/kernel/setup.c dump_kernel_offset, arch/arm64/kernel/kaslr.c, arch/s390/kernel/setup.c.
const KERNEL_OFFSET = /^Kernel Offset: (?:0x([0-9a-f]{1,16})\b|disabled)/d;

class ReportReader {
  readonly stacks: StackReader;
  readonly registers: RegisterReader;
  readonly code: CodeReader;
  readonly fault = new FaultReader();
  readonly page = new PageReader();
  readonly modules: ModuleReader;
  readonly memory: MemoryReader;
  readonly locks: LockReader;
  readonly stackWords: StackWordReader;
  /** Byte at which the report's first line begins. */
  firstAt: number | null = null;
  verboseTaint: string | null = null;
  /** Machine as the task's line names it before 3.9. */
  oldHardware: string | null = null;
  kernelOffset: Sourced<bigint> | null = null;
  private ended = false;

  constructor(reading: Reading, limits: DetailLimits) {
    this.stacks = new StackReader(reading, limits);
    this.registers = new RegisterReader(limits.maxRegisterSets);
    this.code = new CodeReader(reading.arch, reading.kernelRelease);
    this.modules = new ModuleReader(limits.maxModules);
    this.memory = new MemoryReader(limits.maxDumps);
    this.locks = new LockReader(limits.maxLocks);
    this.stackWords = new StackWordReader(reading.arch, limits.maxStackWords);
  }

  line(line: DetailLine): void {
    this.firstAt ??= line.span.start;
    if (this.modules.line(line)) return;
    if (line.text.startsWith('Pid: ')) this.oldHardware ??= OLD_HARDWARE.exec(line.text)?.[1] ?? null;
    // A chain's entry says a lock and opens a stack.
    this.locks.line(line);
    // Behind the span only what the report began goes on: whose stacks and registers come there nobody knows.
    if (line.after) {
      const isCode = !this.ended && this.code.line(line, true);
      if (!isCode && !this.page.line(line) && !this.memory.line(line)) this.fact(line);
      return;
    }
    if (this.stacks.line(line) || this.machineState(line) || this.fault.line(line)) return;
    if (!this.page.line(line) && !this.memory.line(line)) this.fact(line);
  }

  /** What x86 repeats after the end mark are the registers of the machine's first oops (oops_end). */
  private machineState(line: DetailLine): boolean {
    if (line.text.startsWith('---[') && END.test(line.text)) this.ended = true;
    if (this.ended) return false;
    const { section, inTrace } = this.stacks;
    const begun = this.registers.begun;
    // x86 prints a dump's code right behind its pointer; elsewhere it ends the report.
    const ofOther = begun === null ? !this.stacks.isOwn(section) : isUser(begun) || begun.inTrace;
    if (this.code.line(line, !ofOther) || this.stackWords.line(line)) return true;
    return this.registers.line(line, section, inTrace);
  }

  private fact(line: DetailLine): void {
    this.verboseTaint ??= readVerboseTaint(line.text);
    if (line.text.startsWith('E PAGE_SIZE=', 1) && /^[BL]/.test(line.text)) this.code.endian(line.text);
    const m = line.text.startsWith('Kernel Offset') ? KERNEL_OFFSET.exec(line.text) : null;
    if (m === null) return;
    const digits = m[1] ?? '0';
    this.kernelOffset = {
      value: BigInt(`0x${digits}`),
      span: spanIn(line, m.indices?.[1]?.[0] ?? 0, digits.length),
    };
  }
}

/**
 * Reads what a report says besides its identity: registers, code, stacks, modules, memory, hardware. Never throws, for
 * any bytes; linear in the length of the reading's span and of the bytes around it that the limits name.
 *
 * @param bytes the transcript that the reading was made of.
 */
export function readDetails(
  bytes: Uint8Array,
  reading: Reading,
  limits: DetailLimits = DEFAULT_DETAIL_LIMITS,
): CrashDetails {
  const text = decodeForScan(bytes.subarray(reading.span.start, tailEnd(bytes, reading, limits)));
  const report = new ReportReader(reading, limits);
  eachDetailLine(text, reading, limits.maxLineBytes, (line) => report.line(line));
  const registers = finishRegisters(report.registers.drafts, (section) => report.stacks.isOwn(section));
  const fault = registers.find((set) => set.of === 'fault') ?? null;
  const above = readAbove(bytes, reading, report.firstAt ?? reading.span.start, limits);
  return {
    arch: reading.arch,
    registers,
    ...access(report, reading, fault),
    code: report.code.finish(),
    stackWords: report.stackWords.words,
    stacks: report.stacks.finish(),
    modules: report.modules.modules,
    lastUnloaded: report.modules.lastUnloaded,
    unloadedTainted: report.modules.unloadedTainted,
    taint: taintFlags(reading.taint ?? report.verboseTaint ?? ''),
    livepatches: livepatchesOf(report, above.livepatches),
    hardware: hardwareOf(reading.hardware ?? report.oldHardware),
    object: report.memory.finish(),
    dumps: report.memory.dumps,
    page: report.page.finish(),
    locks: report.locks.locks,
    hardwareRecords: above.hardwareRecords,
    boot: above.boot,
    kernelOffset: report.kernelOffset,
    uptimeSeconds: reading.uptimeSeconds,
  };
}

/** What stands above the report, back to its boot. */
function readAbove(
  bytes: Uint8Array,
  reading: Reading,
  crashAt: number,
  limits: DetailLimits,
): Pick<CrashDetails, 'boot' | 'hardwareRecords'> & { readonly livepatches: ReadonlySet<string> } {
  const base = lineStart(bytes, Math.max(0, crashAt - limits.maxLookBackBytes), crashAt);
  const text = decodeForScan(bytes.subarray(base, reading.span.end));
  const above = text.slice(0, crashAt - base);
  const bootAt = findBoot(above, limits.maxLineBytes);
  const from = lineStart(bytes, Math.max(base + bootAt, crashAt - limits.maxRecordBytes), crashAt);
  return {
    boot: readBootFacts(above, bootAt, base, reading, limits),
    hardwareRecords: readHardware(text.slice(from - base), from, crashAt, reading, limits),
    // Loading one taints the kernel for good: without the letter there is none.
    livepatches:
      reading.taint === null || reading.taint.includes('K')
        ? readLivepatches(above.slice(bootAt), limits.maxLineBytes, limits.maxModules)
        : new Set(),
  };
}

/** End of the last whole line within the tail. */
function tailEnd(bytes: Uint8Array, reading: Reading, limits: DetailLimits): number {
  const { end } = reading.span;
  const most = end + limits.maxTailBytes;
  return most >= bytes.length ? bytes.length : Math.max(end, bytes.lastIndexOf(LINE_FEED, most));
}

/** Byte at or behind `from` at which a line begins; `end` where none does. */
function lineStart(bytes: Uint8Array, from: number, end: number): number {
  if (from === 0 || bytes[from - 1] === LINE_FEED) return from;
  const at = bytes.indexOf(LINE_FEED, from);
  return at < 0 || at >= end ? end : at + 1;
}

function livepatchesOf({ modules }: ReportReader, enabled: ReadonlySet<string>): string[] {
  const loaded = modules.modules.filter(({ flags }) => flags.includes('K'));
  return [...new Set([...enabled, ...loaded.map(({ name }) => name)])];
}

function access(
  { fault }: ReportReader,
  reading: Reading,
  registers: RegisterSet | null,
): Pick<CrashDetails, 'faultAddress' | 'trapCode' | 'pageTable' | 'accessRange'> {
  return {
    faultAddress: fault.faultAddress(reading, registers),
    trapCode: fault.trapCode(registers),
    pageTable: fault.pageTable,
    accessRange: fault.accessRange,
  };
}

/** lib/dump_stack.c dump_stack_set_arch_desc, drivers/firmware/dmi_scan.c dmi_format_ids: `vendor product/board, BIOS version date`. */
function hardwareOf(text: string | null): CrashDetails['hardware'] {
  if (text === null) return null;
  const at = text.indexOf(', BIOS ');
  return at < 0 ? { name: text, bios: null } : { name: text.slice(0, at), bios: text.slice(at + 7) };
}
