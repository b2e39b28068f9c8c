/**
 * Lines inside a report that say which stack comes next. `main` is the crash's own; `other` belongs to somebody
 * else (where memory was allocated, another CPU, a lock's history); `locks` lists what the task holds; `end` closes the report's own stack.
 */
export interface SectionRow {
  readonly first: string;
  readonly match: RegExp;
  readonly opens: 'main' | 'other' | 'end' | 'trace' | 'locks';
  readonly from: string;
}

export const SECTIONS: readonly SectionRow[] = [
  {
    first: 'r',
    match: /^rcu: (?:RCU grace-period kthread stack dump|Stack dump where RCU GP kthread last ran)/,
    opens: 'other',
    from: 'kernel/rcu/tree_stall.h rcu_check_gp_kthread_starvation',
  },
  {
    first: 'R',
    match: /^RCU grace-period kthread stack dump/,
    opens: 'other',
    from: 'kernel/rcu/tree.c rcu_check_gp_kthread_starvation (to 5.0)',
  },
  { first: 'T', match: /^Task dump for CPU \d+:/, opens: 'other', from: 'kernel/sched/core.c dump_cpu_task' },
  {
    first: '1',
    match: /^1 lock held by /,
    opens: 'locks',
    from: 'kernel/locking/lockdep.c lockdep_print_held_locks',
  },
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((first) => ({
    first,
    match: /^\d+ locks held by /,
    opens: 'locks' as const,
    from: 'kernel/locking/lockdep.c lockdep_print_held_locks',
  })),
  {
    first: 'C',
    match: /^Call [Tt]race:|^Call Trace$/,
    opens: 'trace',
    from: 'arch/x86/kernel/dumpstack.c show_trace_log_lvl, arch/arm64/kernel/stacktrace.c',
  },
  {
    first: 'B',
    match: /^Backtrace: ?$|^Backtrace:/,
    opens: 'trace',
    from: 'arch/arm/kernel/traps.c dump_backtrace',
  },
  { first: 's', match: /^stack backtrace:/, opens: 'main', from: 'kernel/locking/lockdep.c' },
  {
    first: 'b',
    match: /^backtrace(?: \(crc [0-9a-f]+\))?:/,
    opens: 'trace',
    from: 'mm/kmemleak.c print_unreferenced',
  },
  {
    first: 'A',
    match: /^Allocated by task |^Allocated by:|^Allocated:$|^Allocated in /,
    opens: 'other',
    from: 'mm/kasan/report.c print_track, mm/slub.c print_track',
  },
  {
    first: 'F',
    match: /^Freed by task |^Freed by:|^Freed:$|^Freed in /,
    opens: 'other',
    from: 'mm/kasan/report.c print_track',
  },
  {
    first: 'I',
    match: /^INFO: (?:Allocated|Freed) in /,
    opens: 'other',
    from: 'mm/slub.c print_track (before 5.14)',
  },
  {
    first: 'L',
    match:
      /^Last (?:potentially related work creation|call_rcu\(\)|potentially)|^Local variable |^Last Breaking/,
    opens: 'other',
    from: 'mm/kasan/report_generic.c, mm/kmsan/report.c, arch/s390/kernel/dumpstack.c show_last_breaking_event',
  },
  {
    first: 'S',
    match:
      /^Second to last |^Showing all locks held|^Showing busy workqueues|^Showing backtraces|^Sending NMI from|^Stack Traceback|^SMP: stopping|^Shutting down cpus|^Sending NMI to/,
    opens: 'other',
    from: 'mm/kasan/report.c, kernel/locking/lockdep.c debug_show_all_locks, lib/nmi_backtrace.c',
  },
  {
    first: 'U',
    match: /^Uninit was (?:created|stored to memory) at/,
    opens: 'other',
    from: 'mm/kmsan/report.c',
  },
  { first: 'k', match: /^kfence-#\d+[: ]/, opens: 'other', from: 'mm/kfence/report.c kfence_print_object' },
  {
    first: 'p',
    match: /^page last (?:allocated|free)|^page_owner |^page allocated via|^page last/,
    opens: 'other',
    from: 'mm/page_owner.c __dump_page_owner',
  },
  {
    first: 't',
    match:
      /^the existing dependency chain|^the (?:dependencies|shortest dependencies|second lock|first lock)/,
    opens: 'other',
    from: 'kernel/locking/lockdep.c print_circular_bug_header',
  },
  {
    first: '{',
    match: /^\{[\w-]+\} state was registered at/,
    opens: 'other',
    from: 'kernel/locking/lockdep.c print_usage_bug',
  },
  {
    first: 'N',
    match: /^NMI backtrace for cpu \d+/,
    opens: 'other',
    from: 'lib/nmi_backtrace.c nmi_cpu_backtrace',
  },
  {
    first: 'M',
    match: /^Memory state around the buggy address|^Modules linked in: ?.*$/,
    opens: 'end',
    from: 'mm/kasan/report.c print_memory_metadata, kernel/module print_modules',
  },
  {
    first: 'T',
    match: /^The buggy address belongs to/,
    opens: 'end',
    from: 'mm/kasan/report.c print_address_description',
  },
  {
    first: 'R',
    match: /^RIP: 00(?:33|23):/,
    opens: 'end',
    from: 'arch/x86/kernel/dumpstack.c: user registers end a kernel stack',
  },
  { first: '=', match: /^={30,}/, opens: 'end', from: 'mm/kasan/report.c end_report' },
  {
    first: '-',
    match: /^---\[ end (?:trace|Kernel panic)/,
    opens: 'end',
    from: 'kernel/panic.c print_oops_end_marker',
  },
];
