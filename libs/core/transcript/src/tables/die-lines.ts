import type { HeaderRow } from './headers';

/**
 * What die() prints, with its count `[#1]`, for each trap of each architecture. The names are those of the kernel's own
 * tables of exceptions; every one has a canonical name.
 */
interface Trap {
  /** The kernel's words, as an expression. */
  readonly name: string;
  readonly exception: string;
  readonly kind?: string;
  /** Not printed by kernels that begin the line `Oops: ` (6.10 on). */
  readonly old?: true;
}

const X86_FROM = 'arch/x86/kernel/traps.c; arch/x86/kernel/dumpstack.c __die_header';

/** arch/x86/kernel/traps.c DO_ERROR (to 5.7), DEFINE_IDTENTRY (from 5.8). */
const X86: readonly Trap[] = [
  { name: 'divide[ _]error', exception: 'divide_error', kind: 'divide-error' },
  { name: 'debug', exception: 'debug', old: true },
  { name: 'int3', exception: 'int3' },
  { name: 'overflow', exception: 'overflow' },
  { name: 'bounds', exception: 'bounds' },
  { name: 'invalid opcode', exception: 'invalid_op', kind: 'invalid-opcode' },
  { name: 'unexpected #NM exception', exception: 'device_not_available' },
  { name: 'double[ _]fault', exception: 'double_fault', kind: 'double-fault' },
  { name: 'stack guard page', exception: 'double_fault', kind: 'stack-overflow' },
  { name: 'coprocessor segment overrun', exception: 'coprocessor_segment_overrun' },
  { name: 'invalid TSS', exception: 'invalid_TSS' },
  { name: 'segment not present', exception: 'segment_not_present' },
  { name: 'stack segment', exception: 'stack_segment', kind: 'stack-segment' },
  {
    name: 'segment-related general protection fault',
    exception: 'general_protection',
    kind: 'general-protection',
  },
  { name: 'spurious_interrupt_bug', exception: 'spurious_interrupt_bug', old: true },
  { name: 'fpu exception', exception: 'coprocessor_error' },
  { name: 'alignment check', exception: 'alignment_check' },
  { name: 'machine check', exception: 'machine_check', kind: 'hardware-error', old: true },
  { name: 'simd exception', exception: 'simd_coprocessor_error' },
  { name: 'VE fault', exception: 'virtualization_exception' },
  { name: 'control protection fault', exception: 'control_protection' },
  { name: 'iret exception', exception: 'iret_error' },
];

/** arch/s390/kernel/traps.c DO_ERROR_INFO. */
const S390: readonly Trap[] = [
  { name: 'addressing exception', exception: 'addressing' },
  { name: 'data exception', exception: 'data_exception' },
  { name: 'execute exception', exception: 'execute' },
  { name: 'fixpoint divide exception', exception: 'divide_error', kind: 'divide-error' },
  { name: 'fixpoint overflow exception', exception: 'overflow' },
  { name: 'HFP (?:overflow|underflow|significance|divide|square root) exception', exception: 'hfp' },
  { name: 'illegal operation', exception: 'illegal_op', kind: 'invalid-opcode' },
  { name: 'monitor event', exception: 'monitor_event', kind: 'bug' },
  { name: 'operand exception', exception: 'operand' },
  { name: 'privileged operation', exception: 'privileged_op' },
  { name: 'special operation exception', exception: 'special_op' },
  { name: 'specification exception', exception: 'specification' },
  { name: 'space[ -]switch event', exception: 'space_switch' },
  { name: 'transaction constraint exception', exception: 'transaction' },
  { name: 'vector processing exception', exception: 'vector' },
  { name: 'Low-address protection', exception: 'protection', kind: 'paging-request' },
  { name: 'Unknown program exception', exception: 'unknown' },
];

/** arch/riscv/kernel/traps.c DO_ERROR_INFO. */
const RISCV: readonly Trap[] = [
  { name: 'unknown exception', exception: 'unknown' },
  { name: 'instruction address misaligned', exception: 'instruction_misaligned' },
  { name: 'instruction access fault', exception: 'instruction_access' },
  { name: 'illegal instruction', exception: 'illegal_instruction', kind: 'invalid-opcode' },
  { name: 'load address misaligned', exception: 'load_misaligned' },
  { name: 'load access fault', exception: 'load_access' },
  { name: 'store \\(or AMO\\) address misaligned', exception: 'store_misaligned' },
  { name: 'store \\(or AMO\\) access fault', exception: 'store_access' },
  { name: 'environment call from [USM]-mode', exception: 'environment_call' },
];

/** arch/mips/kernel/traps.c, arch/mips/kernel/unaligned.c, arch/loongarch/kernel/traps.c: die_if_kernel(). */
const MIPS: readonly Trap[] = [
  { name: 'Break instruction in kernel code', exception: 'breakpoint' },
  { name: 'Trap instruction in kernel code', exception: 'trap' },
  { name: 'Reserved instruction in kernel code', exception: 'reserved_instruction', kind: 'invalid-opcode' },
  { name: 'FP exception in kernel code', exception: 'fpe' },
  { name: 'Integer overflow', exception: 'overflow' },
  { name: 'Unhandled kernel unaligned access', exception: 'unaligned' },
  { name: 'Kernel (?:unaligned instruction|ale) access', exception: 'unaligned' },
  { name: 'do_\\w+ invoked from kernel context!', exception: 'coprocessor_unusable' },
];

/** arch/powerpc/kernel/traps.c and arch/powerpc/mm/fault.c: `Oops: <words>, sig: <n> [#1]`. */
const POWERPC: readonly Trap[] = [
  { name: '(?:Kernel access of bad area|Weird page fault)', exception: 'page_fault', kind: 'paging-request' },
  { name: 'Exception in kernel mode', exception: 'program_check', kind: 'bug' },
  { name: '(?:Unrecoverable )?Machine check', exception: 'machine_check', kind: 'hardware-error' },
  { name: '(?:Unrecoverable )?System Reset', exception: 'system_reset' },
  { name: 'Bad kernel stack pointer', exception: 'bad_stack' },
  { name: 'Kernel stack overflow', exception: 'bad_stack', kind: 'stack-overflow' },
  { name: 'Unrecoverable .{0,40}[Ee]xception', exception: 'unrecoverable' },
];

/** arch/arm64/kernel/traps.c, arch/arm64/kernel/debug-monitors.c, arch/arm/kernel/traps.c: `Internal error: <words>: <code> [#1]`. */
const ARM: readonly Trap[] = [
  { name: 'Oops - BUG', exception: 'break', kind: 'bug' },
  { name: 'Oops - CFI', exception: 'break', kind: 'cfi' },
  { name: '(?:Oops - )?UBSAN.{0,60}', exception: 'break', kind: 'ubsan' },
  { name: 'Oops - KASAN', exception: 'break', kind: 'kasan-other' },
  { name: '(?:ptrace BRK handler|BRK handler|aarch64 BRK)', exception: 'break' },
  {
    name: 'Oops - [Uu]ndefined instruction',
    exception: 'undefined_instruction',
    kind: 'invalid-opcode',
  },
  { name: 'Oops - bad mode', exception: 'bad_mode' },
  { name: 'kernel stack overflow', exception: 'bad_stack', kind: 'stack-overflow' },
  { name: 'Oops - BTI', exception: 'bti' },
  { name: 'Oops - FPAC', exception: 'fpac' },
  { name: 'Oops - GCS', exception: 'gcs' },
  { name: '(?:Oops - )?SP/PC alignment(?: exception)?', exception: 'sp_pc_alignment' },
  {
    name: '.{0,60}(?:[Ee]xternal abort|SError|parity|ECC error|System error).{0,60}',
    exception: 'external_abort',
    kind: 'hardware-error',
  },
  {
    name: '(?:Accessing user space memory|Attempting to execute userspace memory).{0,40}',
    exception: 'page_fault',
    kind: 'paging-request',
  },
  { name: 'Oops', exception: 'page_fault', kind: 'paging-request' },
];

function dieLine(trap: Trap, before: string, after: string, from: string): HeaderRow {
  const words = before + trap.name;
  const first = words.replace(/^\(\?:/, '').charAt(0);
  return {
    first,
    match: new RegExp(`^${words}${after}`),
    kind: trap.kind ?? 'trap-other',
    role: 'die',
    exception: trap.exception,
    from,
  };
}

export const DIE_LINES: readonly HeaderRow[] = [
  ...X86.map((trap) => dieLine(trap, '', ': [0-9a-f]+ \\[#\\d+\\]', `${X86_FROM} (to 6.9)`)),
  ...X86.filter((trap) => trap.old === undefined).map((trap) =>
    dieLine(trap, 'Oops: ', ': [0-9a-f]+ \\[#\\d+\\]', `${X86_FROM} (6.10 on)`),
  ),
  ...S390.map((trap) =>
    dieLine(trap, '', ': ?[0-9a-f]{4} (?:ilc:\\d|\\[#\\d)', 'arch/s390/kernel/traps.c do_trap'),
  ),
  ...RISCV.map((trap) => dieLine(trap, 'Oops - ', ' \\[#\\d+\\]', 'arch/riscv/kernel/traps.c do_trap_error')),
  ...MIPS.map((trap) => dieLine(trap, '', ' ?\\[#\\d+\\]', 'arch/mips/kernel/traps.c die_if_kernel')),
  ...POWERPC.map((trap) =>
    dieLine(trap, 'Oops: ', ', sig: \\d+ \\[#\\d+\\]', 'arch/powerpc/kernel/traps.c die'),
  ),
  ...ARM.map((trap) =>
    dieLine(trap, 'Internal error: ', ': [0-9a-f]+ \\[#\\d+\\]', 'arch/arm64/kernel/traps.c die'),
  ),
];
