/** What an address in a line is: where an instruction is, or where a call returns to. */
export type AddressUse = 'instruction' | 'return' | 'function';

/**
 * A wording in which the kernel (or crash(8)) prints a bare address where it would have printed a name.
 * `%pS` without CONFIG_KALLSYMS prints `0x` and all digits (lib/vsprintf.c symbol_string); with it, and no symbol
 * found, `0x` and as many as are needed (kernel/kallsyms.c __sprint_symbol).
 */
export interface AddressRow {
  /** Letters with which such a line begins, blanks aside. */
  readonly first: string;
  /** `before` and `after` stay, `address` gives the name and takes its place; `shown` stays and gives the name. */
  readonly match: RegExp;
  readonly use: AddressUse;
  readonly from: string;
}

/** Frames are indented, behind a mark of their stack, or behind addresses in brackets. */
const STACK_FIRST = '<[(0?';
const BRACKETED = '(?:\\(?\\[(?:< *)?(?:0x)?[0-9a-f]{4,16}(?: *>)?\\]\\)?:?\\s+)';
const HEX = '0x(?<address>[0-9a-f]{4,16})(?![0-9a-z_])';
const SHOWN = '\\[<(?<shown>[0-9a-f]{8,16})>\\]';

export const ADDRESS_ROWS: readonly AddressRow[] = [
  {
    first: STACK_FIRST,
    match: new RegExp(
      `^(?<before>\\s*(?:</?[A-Za-z#/ _]{1,16}>\\s*)*${BRACKETED}{0,2}(?:\\? )?\\(?)${HEX}(?<after>\\)?(?: \\(unreliable\\))?\\s*)$`,
    ),
    use: 'return',
    from: 'arch/x86/kernel/dumpstack.c printk_stack_address and its like of other architectures',
  },
  {
    first: STACK_FIRST,
    match: new RegExp(`^(?<before>\\s*(?:</?[A-Za-z#/ _]{1,16}>\\s*)*${SHOWN} ?(?:\\? ?)?)(?<after>\\s*)$`),
    use: 'return',
    from: 'arch/x86/kernel/traps.c print_symbol without CONFIG_KALLSYMS (to 2.6.x)',
  },
  {
    first: 'R',
    match: new RegExp(`^(?<before>RIP:? *[0-9a-f]{4}:(?:${BRACKETED}{0,2}))${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'arch/x86/kernel/dumpstack.c show_ip',
  },
  {
    first: 'EI',
    match: new RegExp(`^(?<before>E?IP: *(?:[0-9a-f]{4}:)?(?:${BRACKETED}{0,2}))${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'arch/x86/mm/fault.c show_fault_oops, arch/x86/kernel/dumpstack.c show_ip on 32 bits',
  },
  {
    first: 'REI',
    match: new RegExp(
      `^(?<before>(?:RIP|EIP|IP):? *(?:[0-9a-f]{4}:)?(?:\\[<[0-9a-f]{8,16}>\\] *)?${SHOWN}) *(?<after>|EFLAGS: .*)$`,
    ),
    use: 'instruction',
    from: 'arch/x86/kernel/process_64.c __show_regs (to 4.9) without CONFIG_KALLSYMS',
  },
  {
    first: 'EP',
    match: new RegExp(`^(?<before>(?:EIP|PC) is at )${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'arch/arm/kernel/process.c __show_regs, arch/x86/kernel/process_32.c',
  },
  {
    first: 'p',
    match: new RegExp(`^(?<before>pc : )${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'arch/arm64/kernel/process.c __show_regs',
  },
  {
    first: 'p',
    match: new RegExp(`^(?<before>pc : ${SHOWN}) *(?<after>(?:lr :.*)?)$`),
    use: 'instruction',
    from: 'arch/arm/kernel/process.c __show_regs, arch/arm64 (to 4.x)',
  },
  {
    first: 'N',
    match: new RegExp(`^(?<before>NIP \\[[0-9a-f]{8,16}\\] )${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'arch/powerpc/kernel/process.c show_regs',
  },
  {
    first: 'eE',
    match: new RegExp(`^(?<before>(?:epc *:|ERA:|era *:) *(?:[0-9a-f]{8,16}:? )?)${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'arch/riscv, arch/mips and arch/loongarch __show_regs',
  },
  {
    first: 'K',
    match: new RegExp(`^(?<before>Krnl PSW : [0-9a-f]+ [0-9a-f]+ \\()${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'arch/s390/kernel/dumpstack.c show_registers',
  },
  {
    first: 'W',
    match: new RegExp(`^(?<before>WARNING: (?:.* )?at (?:\\S+:\\d+ )?)${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'kernel/panic.c __warn',
  },
  {
    first: 'B',
    match: new RegExp(`^(?<before>BUG: K[A-Z]+: .* in )${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'mm/kasan/report.c print_error_description, mm/kfence/report.c, mm/kmsan/report.c',
  },
  {
    first: 'c#(',
    match: new RegExp(`^(?<before>caller is |.* at: (?:\\[<[0-9a-f]+>\\] )?)${HEX}(?<after>.*)$`),
    use: 'instruction',
    from: 'lib/smp_processor_id.c check_preemption_disabled, kernel/locking/lockdep.c print_lock',
  },
  {
    first: 'Wl',
    match: new RegExp(`^(?<before>Workqueue: .* |last function: )${HEX}(?<after>.*)$`),
    use: 'function',
    from: 'kernel/workqueue.c print_worker_info',
  },
];
