import type { StackRole } from '../details/details';

/**
 * Lines that say whose stack comes next. Groups `cpu`, `pid` and `comm` are taken where the line has them. `frames`:
 * the stack follows at once, without `Call Trace:`.
 */
export interface StackRoleRow {
  readonly match: RegExp;
  readonly role: StackRole;
  readonly frames: boolean;
  readonly from: string;
}

const KASAN = 'mm/kasan/report.c print_track';
const KFENCE = 'mm/kfence/report.c kfence_print_stack';
const SLUB = 'mm/slub.c print_track';
const PAGE_OWNER = 'mm/page_owner.c __dump_page_owner';
const STALL = 'kernel/rcu/tree_stall.h rcu_check_gp_kthread_starvation';

export const STACK_ROLES: readonly StackRoleRow[] = [
  {
    match: /^NMI backtrace for cpu (?<cpu>\d+)(?! skipped)/,
    role: 'other-cpu',
    frames: false,
    from: 'lib/nmi_backtrace.c nmi_cpu_backtrace',
  },
  {
    match: /^Task dump for CPU (?<cpu>\d+):/,
    role: 'other-cpu',
    frames: false,
    from: 'kernel/sched/core.c dump_cpu_task',
  },
  {
    match: /^task:(?<comm>.{1,16}?) +state:.* pid: ?(?<pid>\d+)/,
    role: 'other-task',
    frames: false,
    from: 'kernel/sched/core.c sched_show_task',
  },
  {
    match:
      /^(?<comm>\S.{0,15}?) {1,15}[RSDTtZXPI] (?: *running task +|[0-9a-f]{8,16} +| +)\d+ +(?<pid>\d+) +\d+ 0x[0-9a-f]{8,16}/,
    role: 'other-task',
    frames: false,
    from: 'kernel/sched/core.c sched_show_task (to 5.8)',
  },
  {
    match: /^(?:rcu: )?RCU grace-period kthread stack dump:/,
    role: 'other-task',
    frames: false,
    from: STALL,
  },
  {
    match: /^(?:rcu: )?Stack dump where RCU GP kthread last ran:/,
    role: 'other-cpu',
    frames: false,
    from: STALL,
  },
  {
    match: /^Showing backtraces of running workers in stalled/,
    role: 'other-task',
    frames: false,
    from: 'kernel/workqueue.c show_cpu_pools_hogs',
  },
  {
    match: /^Allocated(?: by task (?<pid>\d+)(?: on cpu (?<cpu>\d+) at .*)?)?:$|^Allocated by:$/,
    role: 'allocated-by',
    frames: true,
    from: KASAN,
  },
  {
    match: /^(?:INFO: )?Allocated in .* cpu=(?<cpu>\d+) pid=(?<pid>\d+)/,
    role: 'allocated-by',
    frames: true,
    from: SLUB,
  },
  {
    match: /^allocated by task (?<pid>\d+)(?: on cpu (?<cpu>\d+))?/,
    role: 'allocated-by',
    frames: true,
    from: KFENCE,
  },
  {
    match: /^Freed(?: by task (?<pid>\d+)(?: on cpu (?<cpu>\d+) at .*)?)?:$|^Freed by:$/,
    role: 'freed-by',
    frames: true,
    from: KASAN,
  },
  {
    match: /^(?:INFO: )?Freed in .* cpu=(?<cpu>\d+) pid=(?<pid>\d+)/,
    role: 'freed-by',
    frames: true,
    from: SLUB,
  },
  {
    match: /^freed by task (?<pid>\d+)(?: on cpu (?<cpu>\d+))?/,
    role: 'freed-by',
    frames: true,
    from: KFENCE,
  },
  {
    match: /^(?:Last|Second to last) (?:potentially related work creation|call_rcu\(\)):/,
    role: 'related-work',
    frames: true,
    from: 'mm/kasan/report_generic.c kasan_print_aux_stacks',
  },
  {
    match: /^Uninit was created at:/,
    role: 'allocated-by',
    frames: true,
    from: 'mm/kmsan/report.c kmsan_print_origin',
  },
  {
    match: /^Local variable .* created at:/,
    role: 'allocated-by',
    frames: true,
    from: 'mm/kmsan/report.c kmsan_print_origin',
  },
  {
    match: /^Uninit was stored to memory at:/,
    role: 'stored-by',
    frames: true,
    from: 'mm/kmsan/report.c kmsan_print_origin',
  },
  {
    match: /^page (?:last )?allocated via order .*?(?: pid (?<pid>\d+)|$)/,
    role: 'allocated-by',
    frames: true,
    from: PAGE_OWNER,
  },
  {
    match: /^page last free (?:pid (?<pid>\d+) tgid \d+ )?stack trace:/,
    role: 'freed-by',
    frames: true,
    from: PAGE_OWNER,
  },
  {
    match: /^-> #\d+ \(/,
    role: 'lock-taken',
    frames: true,
    from: 'kernel/locking/lockdep.c print_circular_bug_entry',
  },
  {
    match: /^(?:\{[\w-]+\} state was registered at:|\.\.\. acquired at:|\.\.\. key {6}at: |HARDIRQ-ON-W at:)/,
    role: 'lock-taken',
    frames: true,
    from: 'kernel/locking/lockdep.c print_usage_bug, print_lock_class_header',
  },
  {
    match: /^stack backtrace:/,
    role: 'task',
    frames: false,
    from: 'kernel/locking/lockdep.c print_circular_bug',
  },
  {
    match:
      /^(?:read|write|read-write|assert no (?:accesses|writes))(?: \([\w, ]+\))* to 0x[0-9a-f]+ of \d+ bytes by task (?<pid>\d+) on cpu (?<cpu>\d+):/,
    role: 'other-task',
    frames: true,
    from: 'kernel/kcsan/report.c print_report',
  },
];

/** Stack marks in front of frames: which stack the next frames stand on. */
export const STACK_MARKS: readonly {
  readonly match: RegExp;
  readonly role: StackRole;
  readonly from: string;
}[] = [
  { match: /^(?:TASK|EOI|EOE|<EOE>)$/, role: 'task', from: 'arch/x86/kernel/dumpstack_64.c stack_type_name' },
  { match: /^(?:IRQ|hardirq)$/, role: 'irq', from: 'arch/x86/kernel/dumpstack_64.c stack_type_name' },
  { match: /^(?:SOFTIRQ|softirq)$/, role: 'softirq', from: 'arch/x86/kernel/dumpstack_32.c stack_type_name' },
  { match: /^NMI$/, role: 'nmi', from: 'arch/x86/kernel/dumpstack_64.c stack_type_name' },
  {
    match: /^(?:#[A-Z]{2}\d?|ENTRY_TRAMPOLINE|SYSENTER|UNK|[A-Z-]{3,12}_?STACK)$/,
    role: 'exception',
    from: 'arch/x86/kernel/dumpstack_64.c exception_stack_names',
  },
];
