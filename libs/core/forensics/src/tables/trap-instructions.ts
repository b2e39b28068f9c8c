import type { Reading } from '@oopstream/core-transcript';

type Arch = NonNullable<Reading['arch']>;

/** An instruction that compilers and the kernel put where the code must not go on. */
export interface TrapInstructionRow {
  readonly arch: readonly Arch[];
  /** Text of the instruction. */
  readonly match: RegExp;
  readonly means: 'assertion' | 'sanitizer' | 'control-flow' | 'kasan' | 'breakpoint' | 'generated';
  readonly says: string;
  readonly from: string;
}

/** Order matters: the first match wins. */
export const TRAP_INSTRUCTIONS: readonly TrapInstructionRow[] = [
  {
    arch: ['x86_64', 'i386'],
    match: /^ud2a?$/,
    means: 'assertion',
    says: 'ud2 stands for a BUG() or WARN(), or for code that the compiler knows to be unreachable',
    from: 'arch/x86/include/asm/bug.h ASM_UD2',
  },
  {
    arch: ['x86_64', 'i386'],
    match: /^(?:\S+ )?ud1[lwq]? 0x[0-9a-f]+\(%eax\),%eax$/,
    means: 'sanitizer',
    says: 'ud1 with a number is a check of UBSAN that traps',
    from: 'arch/x86/include/asm/bug.h SECOND_BYTE_OPCODE_UD1; arch/x86/kernel/traps.c handle_bug',
  },
  {
    arch: ['x86_64', 'i386'],
    match: /^ud[012]/,
    means: 'assertion',
    says: 'an instruction that is undefined by design: put there to trap',
    from: 'arch/x86/include/asm/bug.h',
  },
  {
    arch: ['arm64'],
    match: /^brk #0x800$/,
    means: 'assertion',
    says: 'brk 0x800 is a BUG() or WARN()',
    from: 'arch/arm64/include/asm/brk-imm.h BUG_BRK_IMM',
  },
  {
    arch: ['arm64'],
    match: /^brk #0x9[0-9a-f]{2}$/,
    means: 'kasan',
    says: 'brk 0x9xx is a check of software tag-based KASAN',
    from: 'arch/arm64/include/asm/brk-imm.h KASAN_BRK_IMM',
  },
  {
    arch: ['arm64'],
    match: /^brk #0x55[0-9a-f]{2}$/,
    means: 'sanitizer',
    says: 'brk 0x55xx is a check of UBSAN that traps',
    from: 'arch/arm64/include/asm/brk-imm.h UBSAN_BRK_IMM',
  },
  {
    arch: ['arm64'],
    match: /^brk #0x8[0-3][0-9a-f]{2}$/,
    means: 'control-flow',
    says: 'brk 0x8000 and up is a failed check of the type of an indirect call (CFI)',
    from: 'arch/arm64/include/asm/brk-imm.h CFI_BRK_IMM_BASE',
  },
  {
    arch: ['arm64'],
    match: /^brk #(?:0x)?[4-6]$/,
    means: 'breakpoint',
    says: 'brk 4 to 6 belong to kprobes and uprobes',
    from: 'arch/arm64/include/asm/brk-imm.h KPROBES_BRK_IMM',
  },
  {
    arch: ['arm64'],
    match: /^brk #0x100$/,
    means: 'generated',
    says: 'brk 0x100 fills memory that generated code must not reach',
    from: 'arch/arm64/include/asm/brk-imm.h FAULT_BRK_IMM',
  },
  {
    arch: ['arm64'],
    match: /^brk #0x1$/,
    means: 'assertion',
    says: 'brk 1 is a trap of the compiler (__builtin_trap)',
    from: 'Clang, GCC: __builtin_trap on AArch64 is brk 1, brk 1000',
  },
  {
    arch: ['arm'],
    match: /^udf #(?:18|0x12)$/,
    means: 'assertion',
    says: 'udf 18 is a BUG()',
    from: 'arch/arm/include/asm/bug.h BUG_INSTR_VALUE',
  },
];

/** Clang's numbers of checks, as UBSAN's traps carry them. Source: include/linux/ubsan.h enum ubsan_checks. */
export const UBSAN_CHECKS: readonly string[] = [
  'add-overflow',
  'builtin-unreachable',
  'cfi-check-fail',
  'divrem-overflow',
  'dynamic-type-cache-miss',
  'float-cast-overflow',
  'function-type-mismatch',
  'implicit-conversion',
  'invalid-builtin',
  'invalid-objc-cast',
  'load-invalid-value',
  'missing-return',
  'mul-overflow',
  'negate-overflow',
  'nullability-arg',
  'nullability-return',
  'nonnull-arg',
  'nonnull-return',
  'out-of-bounds',
  'pointer-overflow',
  'shift-out-of-bounds',
  'sub-overflow',
  'type-mismatch',
  'alignment-assumption',
  'vla-bound-not-positive',
];

/** Kinds of readings that say what a trap instruction stood for. */
export const KIND_MEANS: ReadonlyMap<string, string> = new Map([
  ['bug', 'BUG()'],
  ['warning', 'WARN()'],
  ['refcount', 'the WARN() of a reference count'],
  ['list-corruption', 'the check of a list'],
  ['usercopy', 'the check of a copy from or to user space'],
  ['fortify', 'the check of a fortified string function'],
  ['cfi', 'the check of an indirect call (CFI)'],
  ['ubsan', 'a check of UBSAN'],
  ['stack-corruption', 'the stack protector'],
]);
