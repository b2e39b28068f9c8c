import type { Reading } from '../reading';
import { decodeForScan } from '../text';
import { CodeReader } from './code-line';
import { type DetailLine, eachDetailLine, spanIn } from './detail-line';
import type { CrashDetails, RegisterSet, Sourced } from './details';
import { FaultReader } from './fault-reader';
import { ModuleReader } from './module-list';
import { finishRegisters, isUser, RegisterReader } from './register-reader';
import { StackReader } from './stack-reader';
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
}

export const DEFAULT_DETAIL_LIMITS: DetailLimits = {
  maxLineBytes: 4096,
  maxRegisterSets: 64,
  maxStacks: 256,
  maxFrames: 1024,
  maxModules: 2048,
};

const END = /^---\[ end (?:trace|Kernel panic)/;
// arch/x86/kernel/setup.c dump_kernel_offset, arch/arm64/kernel/kaslr.c, arch/s390/kernel/setup.c.
const KERNEL_OFFSET = /^Kernel Offset: (?:0x([0-9a-f]{1,16})\b|disabled)/d;

class ReportReader {
  readonly stacks: StackReader;
  readonly registers: RegisterReader;
  readonly code: CodeReader;
  readonly fault = new FaultReader();
  readonly modules: ModuleReader;
  verboseTaint: string | null = null;
  kernelOffset: Sourced<bigint> | null = null;
  private ended = false;

  constructor(
    private readonly reading: Reading,
    limits: DetailLimits,
  ) {
    this.stacks = new StackReader(reading, limits);
    this.registers = new RegisterReader(limits.maxRegisterSets);
    this.code = new CodeReader(reading.arch);
    this.modules = new ModuleReader(limits.maxModules);
  }

  line(line: DetailLine): void {
    if (this.modules.line(line)) return;
    if (this.stacks.line(line)) return;
    if (this.machineState(line)) return;
    if (this.fault.line(line)) return;
    this.fact(line);
  }

  /** What x86 repeats after the end mark are the registers of the machine's first oops (oops_end). */
  private machineState(line: DetailLine): boolean {
    if (END.test(line.text)) this.ended = true;
    if (this.ended) return false;
    const { section, inTrace } = this.stacks;
    const begun = this.registers.begun;
    // x86 prints a dump's code right behind its pointer; elsewhere it ends the report.
    const ofOther = begun === null ? !this.stacks.isOwn(section) : isUser(begun) || begun.inTrace;
    if (this.code.line(line, !ofOther)) return true;
    return this.registers.line(line, section, inTrace);
  }

  private fact(line: DetailLine): void {
    this.verboseTaint ??= readVerboseTaint(line.text);
    if (line.text.includes(' PAGE_SIZE=')) this.code.endian(line.text, this.reading.kernelRelease);
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
 * any bytes; linear in the length of the reading's span.
 *
 * @param bytes the transcript that the reading was made of.
 */
export function readDetails(
  bytes: Uint8Array,
  reading: Reading,
  limits: DetailLimits = DEFAULT_DETAIL_LIMITS,
): CrashDetails {
  const text = decodeForScan(bytes.subarray(reading.span.start, reading.span.end));
  const report = new ReportReader(reading, limits);
  eachDetailLine(text, reading, limits.maxLineBytes, (line) => report.line(line));
  const registers = finishRegisters(report.registers.drafts, (section) => report.stacks.isOwn(section));
  const fault = registers.find((set) => set.of === 'fault') ?? null;
  return {
    arch: reading.arch,
    registers,
    ...access(report, reading, fault),
    code: report.code.finish(),
    stackWords: [],
    stacks: report.stacks.finish(),
    modules: report.modules.modules,
    lastUnloaded: report.modules.lastUnloaded,
    unloadedTainted: [],
    taint: taintFlags(reading.taint ?? report.verboseTaint ?? ''),
    livepatches: report.modules.modules
      .filter((module) => module.flags.includes('K'))
      .map((module) => module.name),
    hardware: hardwareOf(reading.hardware),
    object: null,
    locks: [],
    hardwareRecords: [],
    boot: { version: null, commandLine: null, hypervisor: null, dmi: null, bootId: null, clock: null },
    kernelOffset: report.kernelOffset,
    uptimeSeconds: reading.uptimeSeconds,
  };
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
