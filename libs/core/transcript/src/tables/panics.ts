/** Panic messages (the text after `Kernel panic - not syncing: `). First match wins. Source: kernel/panic.c panic callers. */
export interface PanicRow {
  readonly match: RegExp;
  /** Kind when the panic begins the report. */
  readonly kind: string;
  /**
   * Which report just before it the panic follows from, instead of being a crash of its own: any, one that died of
   * an exception, one of certain kinds, or none.
   */
  readonly follows: 'any' | 'died' | readonly string[];
  readonly from: string;
}

export const PANICS: readonly PanicRow[] = [
  {
    match: /^(?:[\w ]{1,40}: )?panic_on_warn set/,
    kind: 'panic-other',
    follows: 'any',
    from: 'kernel/panic.c check_panic_on_warn',
  },
  {
    match: /^(?:kmsan\.panic|kasan\.fault=panic) set/,
    kind: 'panic-other',
    follows: 'any',
    from: 'mm/kmsan/report.c, mm/kasan/report.c end_report',
  },
  {
    match: /Fatal exception|^panic_on_oops|^Fatal hardware error! after/,
    kind: 'panic-other',
    follows: 'any',
    from: 'arch/x86/kernel/dumpstack.c oops_end',
  },
  {
    match: /^softlockup: hung tasks|^soft-?lockup/i,
    kind: 'soft-lockup',
    follows: ['soft-lockup'],
    from: 'kernel/watchdog.c watchdog_timer_fn',
  },
  {
    match: /^Hard LOCKUP|^Watchdog detected hard LOCKUP|^Non maskable interrupt|^NMI Watchdog/i,
    kind: 'hard-lockup',
    follows: ['hard-lockup'],
    from: 'kernel/watchdog_hld.c watchdog_overflow_callback; kernel/watchdog.c watchdog_hardlockup_check (from 6.5)',
  },
  {
    match: /^RCU Stall/,
    kind: 'rcu-stall',
    follows: ['rcu-stall'],
    from: 'kernel/rcu/tree_stall.h panic_on_rcu_stall',
  },
  {
    match: /^hung_task: blocked tasks/,
    kind: 'hung-task',
    follows: ['hung-task'],
    from: 'kernel/hung_task.c check_hung_uninterruptible_tasks',
  },
  {
    match: /^scheduling while atomic/,
    kind: 'atomic-sleep',
    follows: ['atomic-sleep'],
    from: 'kernel/sched/core.c __schedule_bug',
  },
  {
    match: /^Attempted to kill (?:init|the idle task)!?|^Aiee, killing interrupt handler/,
    kind: 'panic-other',
    follows: 'died',
    from: 'kernel/exit.c make_task_dead, do_exit',
  },
  {
    match: /^Machine halted/,
    kind: 'double-fault',
    follows: ['double-fault', 'stack-overflow'],
    from: 'arch/x86/kernel/traps.c exc_double_fault',
  },
  {
    match: /^kernel stack overflow|^Corrupt kernel stack/i,
    kind: 'stack-overflow',
    follows: ['stack-overflow'],
    from: 'arch/arm64/kernel/traps.c panic_bad_stack, arch/s390/kernel/traps.c kernel_stack_overflow',
  },
  {
    match: /^(?:bad mode|Unhandled exception)$/,
    kind: 'trap-other',
    follows: ['trap-other'],
    from: 'arch/arm64/kernel/traps.c bad_mode (to 5.11), __panic_unhandled (from 5.13)',
  },
  { match: /^BUG!$/, kind: 'bug', follows: ['bug'], from: 'include/asm-generic/bug.h BUG' },
  {
    match: /^CFI failure \(target: /,
    kind: 'cfi',
    follows: ['cfi'],
    from: 'kernel/cfi.c handle_cfi_failure (4.x to 5.x)',
  },
  {
    match: /^NMI: Not continuing/,
    kind: 'irq',
    follows: ['irq'],
    from: 'arch/x86/kernel/nmi.c unknown_nmi_error',
  },
  {
    match: /^sysrq triggered crash/,
    kind: 'sysrq',
    follows: [],
    from: 'drivers/tty/sysrq.c sysrq_handle_crash',
  },
  {
    match: /^(?:Out of memory|System is deadlocked on memory|out of memory)/i,
    kind: 'oom-panic',
    follows: [],
    from: 'mm/oom_kill.c check_panic_on_oom, out_of_memory',
  },
  {
    match: /^stack-protector: Kernel stack is corrupted|^corrupted stack end detected/,
    kind: 'stack-corruption',
    follows: ['stack-corruption'],
    from: 'kernel/panic.c __stack_chk_fail, kernel/sched/core.c schedule_debug',
  },
  {
    match:
      /^(?:Fatal [Mm]achine check|Machine check|Uncorrected|Unable to handle machine|Timeout: Not all CPUs entered|Memory error|Fatal hardware error|Hardware error|NMI: (?:IOCK|SERR|PCI)|NMI (?:IOCK|SERR)|IOCK error|Unrecoverable Machine check|Fatal local machine check|Asynchronous SError|Attempted to access|mce: )/i,
    kind: 'hardware-error',
    follows: ['hardware-error'],
    from: 'arch/x86/kernel/cpu/mce/core.c mce_panic',
  },
  {
    match: /^An NMI occurred/,
    kind: 'hardware-error',
    follows: ['hardware-error'],
    from: 'drivers/watchdog/hpwdt.c hpwdt_pretimeout',
  },
];

/** Any other panic: a crash of its own. */
export const OTHER_PANIC: PanicRow = {
  match: /^/,
  kind: 'panic-other',
  follows: [],
  from: 'kernel/panic.c panic',
};
