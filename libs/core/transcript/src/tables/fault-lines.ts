import type { FaultAddress, TrapCode } from '../details/details';

/** Lines that say which address could not be accessed. `rank`: of several the least wins. */
export interface AddressRow {
  readonly match: RegExp;
  readonly source: FaultAddress['source'];
  readonly from: string;
}

/** `a` is the address. */
export const ADDRESS_LINES: readonly AddressRow[] = [
  {
    match:
      /^BUG: (?:unable to handle page fault for|kernel NULL pointer dereference,) address: (?<a>[0-9a-f]{8,16})\b/,
    source: 'headline',
    from: 'arch/x86/mm/fault.c show_fault_oops',
  },
  {
    match:
      /^(?:BUG: )?[Uu]nable to handle (?:kernel )?(?:NULL pointer dereference|paging request|page fault)(?: for address:)? (?:in \w+ )?at (?:virtual address )?(?:0x)?(?<a>[0-9a-f]{8,16})\b/,
    source: 'headline',
    from: 'arch/x86/mm/fault.c show_fault_oops (to 5.0); arch/arm/mm/fault.c, arch/arm64/mm/fault.c die_kernel_fault',
  },
  {
    match:
      /^(?:BUG: )?Unable to handle (?:kernel|unknown) [\w ().-]{1,80}? at (?:virtual address |0x)(?<a>[0-9a-f]{4,16})\b/,
    source: 'headline',
    from: 'arch/arm64/mm/fault.c die_kernel_fault; arch/riscv/mm/fault.c die_kernel_fault; arch/powerpc/mm/fault.c bad_page_fault',
  },
  {
    match:
      /^BUG: (?:Kernel NULL pointer dereference|Unable to handle kernel data access)[\w ]{0,40} at 0x(?<a>[0-9a-f]{4,16})\b/,
    source: 'headline',
    from: 'arch/powerpc/mm/fault.c bad_page_fault',
  },
  {
    match: /^Unable to handle kernel paging request for [\w ]{1,40} at address 0x(?<a>[0-9a-f]{4,16})\b/,
    source: 'headline',
    from: 'arch/powerpc/mm/fault.c bad_page_fault (to 5.0)',
  },
  {
    match: /^CPU \d+ Unable to handle kernel [\w ]{1,40} at (?:virtual )?address (?<a>[0-9a-f]{8,16}),/,
    source: 'headline',
    from: 'arch/mips/mm/fault.c __do_page_fault; arch/loongarch/mm/fault.c no_context',
  },
  {
    match:
      /^(?:Unhandled fault|Unhandled prefetch abort|Bad mode|Synchronous \w+ abort|Internal error): [\w ()-]{1,80} \(0x[0-9a-f]{3,8}\) at 0x(?<a>[0-9a-f]{8,16})\b/,
    source: 'headline',
    from: 'arch/arm/mm/fault.c do_DataAbort; arch/arm64/mm/fault.c do_mem_abort (to 4.x)',
  },
  {
    match:
      /^general protection fault, (?:probably|maybe) for (?:non-canonical )?address 0x(?<a>[0-9a-f]{1,16})\b/,
    source: 'headline',
    from: 'arch/x86/kernel/traps.c exc_general_protection',
  },
  {
    match:
      /^Oops: general protection fault, (?:probably|maybe) for (?:non-canonical )?address 0x(?<a>[0-9a-f]{1,16})\b/,
    source: 'headline',
    from: 'arch/x86/kernel/traps.c exc_general_protection (6.9 on)',
  },
  {
    match: /^Failing address: (?<a>[0-9a-f]{16})(?: TEID: |$)/,
    source: 'teid',
    from: 'arch/s390/mm/fault.c dump_fault_info',
  },
];

/** Bits of a code with the word that says them set (`on`) and not (`off`). */
export interface CodeBit {
  readonly mask: bigint;
  readonly is?: bigint;
  readonly on?: string;
  readonly off?: string;
}

export interface CodeRow {
  readonly match: RegExp;
  readonly source: TrapCode['source'];
  readonly bits: readonly CodeBit[];
  readonly from: string;
}

const bit = (n: number) => 1n << BigInt(n);

/** arch/x86/include/asm/trap_pf.h */
const X86_PAGE_FAULT: readonly CodeBit[] = [
  { mask: 0x12n, is: 2n, on: 'write' },
  { mask: 0x12n, is: 0n, on: 'read' },
  { mask: bit(4), on: 'fetch' },
  { mask: bit(2), on: 'user', off: 'supervisor' },
  { mask: bit(0), on: 'protection', off: 'not-present' },
  { mask: bit(3), on: 'reserved-bit' },
  { mask: bit(5), on: 'pkey' },
  { mask: bit(15), on: 'sgx' },
  { mask: bit(31), on: 'rmp' },
];

/** arch/arm64/include/asm/esr.h: the class in bits 31:26, for aborts write (6), stage and the status code in bits 5:0. */
const ESR: readonly CodeBit[] = [
  { mask: 0xf8000000n, is: 0x80000000n, on: 'fetch' },
  { mask: 0xf8000040n, is: 0x90000040n, on: 'write' },
  { mask: 0xf8000040n, is: 0x90000000n, on: 'read' },
  { mask: 0xfc000000n, is: 0xf0000000n, on: 'brk' },
  { mask: 0xfc000000n, is: 0x38000000n, on: 'illegal-state' },
  { mask: 0xfc000000n, is: 0xbc000000n, on: 'serror' },
  { mask: 0xfc000000n, is: 0x88000000n, on: 'pc-alignment' },
  { mask: 0xfc000000n, is: 0x98000000n, on: 'sp-alignment' },
  { mask: 0xfc000000n, is: 0x34000000n, on: 'branch-target' },
  { mask: 0xfc000000n, is: 0x70000000n, on: 'pointer-authentication' },
  ...[0n, 1n, 2n, 3n].flatMap((level) => [
    { mask: 0xe000003fn, is: 0x80000000n | level, on: 'address-size' },
    { mask: 0xe000003fn, is: 0x80000004n | level, on: 'not-present' },
    { mask: 0xe000003fn, is: 0x80000008n | level, on: 'access-flag' },
    { mask: 0xe000003fn, is: 0x8000000cn | level, on: 'protection' },
    { mask: 0xe0000033n, is: 0x80000000n | level, on: `level-${level}` },
  ]),
  { mask: 0xe000003fn, is: 0x80000010n, on: 'external-abort' },
  { mask: 0xe000003fn, is: 0x80000011n, on: 'tag-check' },
  { mask: 0xe000003fn, is: 0x80000021n, on: 'alignment' },
];

/** arch/powerpc/include/asm/reg.h DSISR_* */
const DSISR: readonly CodeBit[] = [
  { mask: bit(25), on: 'write', off: 'read' },
  { mask: bit(30), on: 'not-present' },
  { mask: bit(27), on: 'protection' },
  { mask: bit(21), on: 'pkey' },
  { mask: bit(31), on: 'io-error' },
];

/** arch/riscv/include/asm/csr.h EXC_* */
const CAUSE: readonly CodeBit[] = [
  [0, 'fetch-misaligned'],
  [1, 'fetch-access'],
  [2, 'illegal-instruction'],
  [3, 'breakpoint'],
  [4, 'load-misaligned'],
  [5, 'load-access'],
  [6, 'store-misaligned'],
  [7, 'store-access'],
  [12, 'fetch'],
  [13, 'read'],
  [15, 'write'],
].map(([is, on]) => ({ mask: (1n << 64n) - 1n, is: BigInt(is ?? 0), on: String(on) }));

/** arch/arm/mm/fault.h FSR_*, arch/arm/mm/fsr-2level.c, fsr-3level.c: only what both layouts share. */
const FSR: readonly CodeBit[] = [
  { mask: bit(11), on: 'write', off: 'read' },
  { mask: 0x60fn, is: 5n, on: 'not-present' },
  { mask: 0x60fn, is: 7n, on: 'not-present' },
  { mask: 0x60fn, is: 0xdn, on: 'protection' },
  { mask: 0x60fn, is: 0xfn, on: 'protection' },
  { mask: 0x60fn, is: 1n, on: 'alignment' },
];

/** MIPS32 PRA, Cause.ExcCode in bits 6:2. */
const MIPS_CAUSE: readonly CodeBit[] = [
  [1, 'write-to-read-only'],
  [2, 'read'],
  [3, 'write'],
  [4, 'load-misaligned'],
  [5, 'store-misaligned'],
  [6, 'fetch-bus-error'],
  [7, 'data-bus-error'],
  [9, 'breakpoint'],
  [10, 'illegal-instruction'],
  [12, 'overflow'],
  [13, 'trap'],
].map(([is, on]) => ({ mask: 0x7cn, is: BigInt(Number(is) << 2), on: String(on) }));

/** s390: bits 60 and 61 of the translation-exception identification say fetch or store (Principles of Operation). */
const TEID: readonly CodeBit[] = [
  { mask: 0xc00n, is: 0x400n, on: 'write' },
  { mask: 0xc00n, is: 0x800n, on: 'read' },
];

/** `c` is the code. */
export const CODE_LINES: readonly CodeRow[] = [
  {
    match: /^#PF: error_code\(0x(?<c>[0-9a-f]{1,16})\)/,
    source: 'error-code',
    bits: X86_PAGE_FAULT,
    from: 'arch/x86/mm/fault.c show_fault_oops',
  },
  {
    match: /^Oops: (?<c>[0-9a-f]{4,16}) \[#\d+\]/,
    source: 'error-code',
    bits: X86_PAGE_FAULT,
    from: 'arch/x86/mm/fault.c page_fault_oops, arch/x86/kernel/dumpstack.c __die_header',
  },
  {
    match: /^Oops: Oops: (?<c>[0-9a-f]{4,16}) \[#\d+\]/,
    source: 'error-code',
    bits: X86_PAGE_FAULT,
    from: 'arch/x86/kernel/dumpstack.c __die_header (6.9 on)',
  },
  {
    match:
      /^(?:Oops: )?(?:general protection fault|stack segment|invalid opcode|divide error|int3|double fault|alignment check|segment not present|invalid TSS|control protection fault|bounds|coprocessor segment overrun|debug|simd exception|fpu exception)(?:: |, .{1,80}: )(?<c>[0-9a-f]{4,16}) \[#\d+\]/,
    source: 'error-code',
    bits: [],
    from: 'arch/x86/kernel/dumpstack.c __die_header: the selector, or 0',
  },
  {
    match: /^ESR = 0x(?<c>[0-9a-f]{8,16})/,
    source: 'esr',
    bits: ESR,
    from: 'arch/arm64/mm/fault.c mem_abort_decode',
  },
  {
    match: /^Internal error: .{1,120}: (?:0x)?(?<c>[0-9a-f]{8,16}) \[#\d+\]/,
    source: 'esr',
    bits: ESR,
    from: 'arch/arm64/kernel/traps.c __die',
  },
  {
    match: /^Internal error: .{1,120}: (?<c>[0-9a-f]{1,3}) \[#\d+\].* ARM$/,
    source: 'fsr',
    bits: FSR,
    from: 'arch/arm/kernel/traps.c __die',
  },
  {
    match: /^Unhandled (?:fault|prefetch abort): .{1,80} \(0x(?<c>[0-9a-f]{3})\) at 0x/,
    source: 'fsr',
    bits: FSR,
    from: 'arch/arm/mm/fault.c do_DataAbort, do_PrefetchAbort',
  },
  {
    match: /^Unhandled fault: .{1,80} \(0x(?<c>[0-9a-f]{8})\) at 0x/,
    source: 'esr',
    bits: ESR,
    from: 'arch/arm64/mm/fault.c do_mem_abort (to 4.19)',
  },
  {
    match: /^Failing address: [0-9a-f]{16} TEID: (?<c>[0-9a-f]{16})/,
    source: 'teid',
    bits: TEID,
    from: 'arch/s390/mm/fault.c dump_fault_info',
  },
];

/** Registers that hold the trap's code where no line says it. */
export const CODE_REGISTERS: readonly {
  readonly name: string;
  readonly beside: string;
  readonly source: TrapCode['source'];
  readonly bits: readonly CodeBit[];
  readonly from: string;
}[] = [
  {
    name: 'dsisr',
    beside: 'dar',
    source: 'dsisr',
    bits: DSISR,
    from: 'arch/powerpc/kernel/process.c __show_regs',
  },
  {
    name: 'cause',
    beside: 'badaddr',
    source: 'cause',
    bits: CAUSE,
    from: 'arch/riscv/kernel/process.c __show_regs',
  },
  {
    name: 'cause',
    beside: 'epc',
    source: 'cause',
    bits: MIPS_CAUSE,
    from: 'arch/mips/kernel/traps.c __show_regs',
  },
];
