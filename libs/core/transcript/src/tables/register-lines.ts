import type { Arch } from '../reading';

/**
 * Lines of a register dump. `pairs`: `NAME: value`, with a selector before or behind it on x86; `spaced`: `name value`;
 * `list`: values only, numbered from the one that the line names.
 */
export interface RegisterRow {
  readonly match: RegExp;
  readonly arch: Arch;
  readonly form: 'pairs' | 'spaced' | 'list';
  /** A dump starts here, unless only such lines were read of the one at hand. */
  readonly begins?: true;
  /** Names to keep as they are, in lower case. */
  readonly own?: RegExp;
  /** Printed name to that of the value and of the selector printed with it. */
  readonly names?: Readonly<Record<string, readonly [value: string, selector?: string]>>;
  /** What the numbers of a list are put behind. */
  readonly list?: string;
  readonly from: string;
}

const X86_64 = 'arch/x86/kernel/process_64.c __show_regs';
const I386 = 'arch/x86/kernel/process_32.c __show_regs';
const ARM64 = 'arch/arm64/kernel/process.c __show_regs';
const ARM = 'arch/arm/kernel/process.c __show_regs';
const POWERPC = 'arch/powerpc/kernel/process.c __show_regs';
const S390 = 'arch/s390/kernel/dumpstack.c show_registers';
const RISCV = 'arch/riscv/kernel/process.c __show_regs';
const MIPS = 'arch/mips/kernel/traps.c __show_regs';
const LOONGARCH = 'arch/loongarch/kernel/process.c __show_regs';
const LOONGARCH_OLD = 'arch/loongarch/kernel/traps.c __show_regs (to 6.2)';

export const REGISTER_LINES: readonly RegisterRow[] = [
  {
    match: /^RIP: [0-9a-f]{4}:/,
    arch: 'x86_64',
    form: 'pairs',
    begins: true,
    names: { RIP: ['rip', 'cs'] },
    from: 'arch/x86/kernel/dumpstack.c show_ip',
  },
  {
    match: /^RSP: [0-9a-f]{4}:/,
    arch: 'x86_64',
    form: 'pairs',
    names: { RSP: ['rsp', 'ss'], EFLAGS: ['rflags'], ORIG_RAX: ['orig_rax'] },
    from: 'arch/x86/kernel/dumpstack.c show_iret_regs',
  },
  {
    match: /^R(?:AX|DX|BP|10|13): [0-9a-f]{16} R/,
    arch: 'x86_64',
    form: 'pairs',
    own: /^R(?:[A-D]X|[SD]I|BP|1[0-5])$/,
    names: { R08: ['r8'], R09: ['r9'] },
    from: X86_64,
  },
  {
    match: /^FS: {1,2}[0-9a-f]{16}/,
    arch: 'x86_64',
    form: 'pairs',
    names: { FS: ['fs_base', 'fs'], GS: ['gs_base', 'gs'], knlGS: ['knl_gs_base'] },
    from: X86_64,
  },
  {
    match: /^CS: {1,2}[0-9a-f]{4} DS: [0-9a-f]{4} ES:/,
    arch: 'x86_64',
    form: 'pairs',
    own: /^(?:[CDE]S|CR0)$/,
    from: X86_64,
  },
  { match: /^CR2: [0-9a-f]{16}/, arch: 'x86_64', form: 'pairs', own: /^CR[234]$/, from: X86_64 },
  { match: /^DR[03]: [0-9a-f]{16}/, arch: 'x86_64', form: 'pairs', own: /^DR\d$/, from: X86_64 },
  { match: /^PKRU: [0-9a-f]{8}/, arch: 'x86_64', form: 'pairs', own: /^PKRU$/, from: X86_64 },
  {
    match: /^EIP: (?!.* SS:ESP )/,
    arch: 'i386',
    form: 'pairs',
    begins: true,
    names: { EIP: ['eip', 'cs'], EFLAGS: ['eflags'] },
    from: 'arch/x86/kernel/dumpstack.c show_ip; process_32.c __show_regs (to 4.13)',
  },
  {
    match: /^E(?:AX|SI): [0-9a-f]{8} E/,
    arch: 'i386',
    form: 'pairs',
    own: /^E(?:[A-D]X|[SD]I|[BS]P)$/,
    from: I386,
  },
  {
    match: /^DS: [0-9a-f]{4} ES: [0-9a-f]{4} FS: [0-9a-f]{4}/,
    arch: 'i386',
    form: 'pairs',
    own: /^(?:[DEFGS]S|EFLAGS)$/,
    from: I386,
  },
  { match: /^CR0: [0-9a-f]{8} CR2: /, arch: 'i386', form: 'pairs', own: /^CR\d$/, from: I386 },
  { match: /^DR[06]: [0-9a-f]{8} /, arch: 'i386', form: 'pairs', own: /^DR\d$/, from: I386 },
  { match: /^pstate: [0-9a-f]{8}/, arch: 'arm64', form: 'pairs', begins: true, own: /^pstate$/, from: ARM64 },
  {
    match: /^pc : \[<[0-9a-f]{8}>\] {2,}lr : /,
    arch: 'arm',
    form: 'pairs',
    begins: true,
    own: /^(?:pc|lr)$/,
    names: { psr: ['cpsr'] },
    from: ARM,
  },
  {
    match: /^(?:pc|lr) : /,
    arch: 'arm64',
    form: 'pairs',
    begins: true,
    own: /^(?:pc|lr|pstate)$/,
    from: ARM64,
  },
  { match: /^sp : [0-9a-f]{8} {1,2}ip : /, arch: 'arm', form: 'pairs', own: /^(?:sp|ip|fp)$/, from: ARM },
  { match: /^sp : [0-9a-f]{16}/, arch: 'arm64', form: 'pairs', own: /^sp$/, from: ARM64 },
  { match: /^pmr_save: [0-9a-f]{8}/, arch: 'arm64', form: 'pairs', own: /^pmr_save$/, from: ARM64 },
  { match: /^x\d{1,2} ?: ?[0-9a-f]{16}/, arch: 'arm64', form: 'pairs', own: /^x\d{1,2}$/, from: ARM64 },
  { match: /^r\d{1,2} ?: [0-9a-f]{8}\b/, arch: 'arm', form: 'pairs', own: /^r\d{1,2}$/, from: ARM },
  { match: /^xPSR: [0-9a-f]{8}/, arch: 'arm', form: 'pairs', names: { xPSR: ['cpsr'] }, from: ARM },
  {
    match: /^Control: [0-9a-f]{8}/,
    arch: 'arm',
    form: 'pairs',
    own: /^(?:Control|Table|DAC)$/,
    from: ARM,
  },
  {
    match: /^NIP: {1,2}[0-9a-f]{8,16} LR: /,
    arch: 'powerpc',
    form: 'pairs',
    begins: true,
    own: /^(?:NIP|CTR)$/,
    names: { LR: ['link'] },
    from: POWERPC,
  },
  {
    match: /^REGS: [0-9a-f(]/,
    arch: 'powerpc',
    form: 'pairs',
    own: /^TRAP$/,
    from: POWERPC,
  },
  {
    match: /^(?:MSR: {1,2}[0-9a-f]{8,16} |(?:CFAR|DAR|DEAR|IRQMASK|SOFTE): [0-9a-f])/,
    arch: 'powerpc',
    form: 'pairs',
    own: /^(?:MSR|CR|XER|CFAR|DAR|DSISR|DEAR|ESR|IRQMASK|SOFTE)$/,
    from: POWERPC,
  },
  { match: /^GPR(?<first>\d\d): /, arch: 'powerpc', form: 'list', list: 'r', from: POWERPC },
  { match: /^(?:Krnl|User) GPRS: /, arch: 's390x', form: 'list', list: 'r', from: S390 },
  {
    match: /^epc ?: ?[0-9a-f]{8,16} ra ?: /,
    arch: 'riscv',
    form: 'pairs',
    begins: true,
    own: /^(?:epc|ra|sp)$/,
    from: RISCV,
  },
  {
    match: /^(?:gp|t[135]|s(?:[1258]|11)|a[25]) ?: [0-9a-f]{8,16}/,
    arch: 'riscv',
    form: 'pairs',
    own: /^(?:gp|tp|t[0-6]|s\d{1,2}|a[0-7]|ssp)$/,
    from: RISCV,
  },
  {
    match: /^s?status: [0-9a-f]{8,16} s?badaddr: /,
    arch: 'riscv',
    form: 'pairs',
    own: /^(?:status|badaddr|cause)$/,
    names: { sstatus: ['status'], sbadaddr: ['badaddr'], scause: ['cause'] },
    from: RISCV,
  },
  {
    match: /^\$ 0 {1,3}: [0-9a-f]/,
    arch: 'mips',
    form: 'list',
    begins: true,
    list: '$',
    from: `${MIPS}; ${LOONGARCH_OLD}`,
  },
  {
    match: /^\$ ?(?<first>\d{1,2}) {1,3}: [0-9a-f]/,
    arch: 'mips',
    form: 'list',
    list: '$',
    from: `${MIPS}; ${LOONGARCH_OLD}`,
  },
  {
    match: /^(?:epc {3}|ra {4}|Hi {4}|Lo {4}|Acx {4}|Status|Cause |BadVA ): [0-9a-f]/,
    arch: 'mips',
    form: 'pairs',
    own: /^(?:epc|ra|Hi|Lo|Acx|Status|Cause)$/,
    names: { BadVA: ['badvaddr'] },
    from: MIPS,
  },
  {
    match: /^pc [0-9a-f]{16} ra [0-9a-f]{16} /,
    arch: 'loongarch',
    form: 'spaced',
    begins: true,
    own: /^(?:pc|ra|tp|sp)$/,
    from: LOONGARCH,
  },
  {
    match: /^(?:a[04]|t[048]|s[048]|u0) [0-9a-f]{16} /,
    arch: 'loongarch',
    form: 'spaced',
    own: /^(?:[ats]\d|u0)$/,
    from: LOONGARCH,
  },
  {
    match: /^(?:ERA|CRMD|PRMD|EUEN|ECFG|ESTAT|BADV): [0-9a-f]{8}/,
    arch: 'loongarch',
    form: 'pairs',
    own: /^(?:ERA|CRMD|PRMD|EUEN|ECFG|ESTAT|BADV)$/,
    from: LOONGARCH,
  },
  {
    match: /^(?:era {3}: [0-9a-f]{16}|CSR (?:crmd|prmd|euen|ecfg|estat): [0-9a-f]{8})/,
    arch: 'loongarch',
    form: 'pairs',
    own: /^(?:era|crmd|prmd|euen|ecfg|estat)$/,
    from: LOONGARCH_OLD,
  },
];
