/**
 * What the functions above an exception in a crash(8) backtrace say about the crash. First match wins; a row with
 * `needs` counts only when another function stands in the trace too. Sources: the kernel functions named.
 */
export interface Crash8Row {
  readonly match: RegExp;
  readonly needs?: RegExp;
  readonly kind: string;
  readonly from: string;
}

export const CRASH8_KINDS: readonly Crash8Row[] = [
  { match: /^watchdog_timer_fn/, kind: 'soft-lockup', from: 'kernel/watchdog.c watchdog_timer_fn' },
  {
    match:
      /^(?:watchdog_overflow_callback|watchdog_hardlockup_check|watchdog_check_hardlockup|nmi_watchdog_tick|die_nmi)/,
    kind: 'hard-lockup',
    from: 'kernel/watchdog.c watchdog_hardlockup_check',
  },
  {
    match:
      /^(?:panic_on_rcu_stall|print_cpu_stall|print_other_cpu_stall|check_cpu_stall|rcu_check_gp_kthread_starvation)/,
    kind: 'rcu-stall',
    from: 'kernel/rcu/tree_stall.h',
  },
  {
    match: /^(?:sysrq_handle_crash|__handle_sysrq|handle_sysrq)/,
    kind: 'sysrq',
    from: 'drivers/tty/sysrq.c sysrq_handle_crash',
  },
  {
    match: /^(?:out_of_memory|check_panic_on_oom|mem_cgroup_out_of_memory)/,
    needs: /^panic$/,
    kind: 'oom-panic',
    from: 'mm/oom_kill.c out_of_memory',
  },
  {
    match: /^watchdog(?:\.|$)/,
    needs: /^panic$/,
    kind: 'hung-task',
    from: 'kernel/hung_task.c watchdog (khungtaskd)',
  },
  {
    match:
      /^(?:mce_panic|mce_end|do_machine_check|exc_machine_check|machine_check|__ghes_panic|ghes_notify_nmi|pci_serr_error|io_check_error|arm64_serror_panic)/,
    kind: 'hardware-error',
    from: 'arch/x86/kernel/cpu/mce/core.c mce_panic',
  },
  { match: /^__stack_chk_fail/, kind: 'stack-corruption', from: 'kernel/panic.c __stack_chk_fail' },
  {
    match: /^(?:handle_stack_overflow|panic_bad_stack|handle_bad_stack)/,
    kind: 'stack-overflow',
    from: 'arch/x86/kernel/traps.c handle_stack_overflow',
  },
  {
    match: /^(?:refcount_warn_saturate|refcount_error_report)/,
    kind: 'refcount',
    from: 'lib/refcount.c refcount_warn_saturate',
  },
  { match: /^__list_(?:add|del)_(?:entry_)?valid/, kind: 'list-corruption', from: 'lib/list_debug.c' },
  {
    match: /^(?:usercopy_abort|__check_object_size)/,
    needs: /invalid_op|die|oops/,
    kind: 'usercopy',
    from: 'mm/usercopy.c usercopy_abort',
  },
  {
    match: /^(?:fortify_panic|__fortify_panic)/,
    kind: 'fortify',
    from: 'lib/string_helpers.c fortify_panic',
  },
  { match: /^debug_print_object/, kind: 'debug-objects', from: 'lib/debugobjects.c debug_print_object' },
  {
    match: /^(?:kasan_report|kasan_end_report|end_report|__asan_report)/,
    kind: 'kasan-other',
    from: 'mm/kasan/report.c',
  },
  { match: /^(?:check_panic_on_warn|__warn|warn_slowpath)/, kind: 'warning', from: 'kernel/panic.c __warn' },
  {
    match: /^(?:bug_handler|handle_bug|do_invalid_op|exc_invalid_op)/,
    kind: 'bug',
    from: 'arch/x86/kernel/traps.c handle_bug',
  },
];

/** Canonical trap name and kind for each way in which an exception's entry or handler is named. */
export interface TrapRow {
  readonly match: RegExp;
  readonly exception: string;
  readonly kind: string;
  readonly from: string;
}

export const TRAPS: readonly TrapRow[] = [
  {
    match:
      /^(?:asm_|do_)?(?:exc_)?(?:async_)?page_fault$|^trace_page_fault$|^do_async_page_fault$|^page_fault_oops$/,
    exception: 'page_fault',
    kind: 'paging-request',
    from: 'arch/x86/entry/entry_64.S idtentry',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?general_protection$/,
    exception: 'general_protection',
    kind: 'general-protection',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?stack_segment$/,
    exception: 'stack_segment',
    kind: 'stack-segment',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?double_fault$|^doublefault_fn$/,
    exception: 'double_fault',
    kind: 'double-fault',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?divide_error$/,
    exception: 'divide_error',
    kind: 'divide-error',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?invalid_op$/,
    exception: 'invalid_op',
    kind: 'bug',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?int3$/,
    exception: 'int3',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?(?:simd_coprocessor_error|simd_error)$/,
    exception: 'simd_coprocessor_error',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?coprocessor_error$/,
    exception: 'coprocessor_error',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?alignment_check$/,
    exception: 'alignment_check',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?(?:invalid_tss|invalid_TSS)$/,
    exception: 'invalid_TSS',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?segment_not_present$/,
    exception: 'segment_not_present',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?bounds$/,
    exception: 'bounds',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?overflow$/,
    exception: 'overflow',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?control_protection$/,
    exception: 'control_protection',
    kind: 'trap-other',
    from: 'arch/x86/kernel/traps.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?machine_check$/,
    exception: 'machine_check',
    kind: 'hardware-error',
    from: 'arch/x86/kernel/cpu/mce/core.c',
  },
  {
    match: /^(?:asm_|do_)?(?:exc_)?(?:nmi|default_do_nmi|end_repeat_nmi)$/,
    exception: 'nmi',
    kind: 'irq',
    from: 'arch/x86/kernel/nmi.c',
  },
  {
    match: /^el1(?:h_64)?_(?:sync|da|ia|abort)$/,
    exception: 'page_fault',
    kind: 'paging-request',
    from: 'arch/arm64/kernel/entry.S',
  },
  {
    match: /^(?:handle_page_fault|(?:data|instruction)_access_common\w*)$/,
    exception: 'page_fault',
    kind: 'paging-request',
    from: 'arch/powerpc/kernel/exceptions-64s.S',
  },
  { match: /^el1_(?:dbg|undef)$/, exception: 'break', kind: 'bug', from: 'arch/arm64/kernel/entry.S' },
];
