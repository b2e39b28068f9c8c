import type { Frame } from './reading';
import type { Draft } from './report';

/** Kinds that the kernel prints without a stack of the crash, or of which a wording does. */
const STACKLESS = new Set([
  'ref-leak',
  'workqueue-lockup',
  'hardware-error',
  'irq',
  'bad-page',
  'sysrq',
  'oom-panic',
  'panic-other',
  'memory-leak',
  'slab-corruption',
  'backtrace',
  'unknown',
  'bug-other',
  'stack-overflow',
  'stack-corruption',
  'kcsan',
]);

/** A dump of fault injection (lib/fault-inject.c should_fail) that ran into the report's own trace. */
const INJECTED = /^should_fail(?:\.|_|$)/;
/** Where an interrupt began: what stands below was interrupted, and may be injecting a fault of its own. */
const INTERRUPT_ENTRY =
  /^(?:asm_sysvec_|sysvec_|apic_timer_interrupt|smp_apic_|common_interrupt|el1h?_.*irq|__irq_svc)/;
/** Functions that print a report or a stack, and the traps through which they are reached. */
const REPORTS =
  /^(?:_*dump_stack|show_stack|show_trace|unwind_backtrace|dump_backtrace|walk_stackframe|panic|_*warn|warn_slowpath|report_bug|handle_bug|do_error_trap|(?:asm_)?(?:exc_|do_)?(?:invalid_op|double_fault)|df_debug|lockdep_rcu_|print_address_description|print_report|kasan_report|check_preemption_disabled)/;
/** Kinds that a function reports which then calls dump_stack(): a trace without it lost its beginning. */
const CALLED = new Set(['rcu-usage']);
/** Where a stack of its kind ends: a trace that reached it is whole. */
const ROOT =
  /^(?:entry_|system_call|ret_|kthread|start_|secondary_|cpu_startup|el0|child_rip|__x64_sys|sys_|SyS_|do_syscall|kernel_thread|worker_thread)/;
/** A trace cut off after so few frames shows the reporting functions at most. */
const FEW_FRAMES = 3;

/** The stack was shown down to where stacks of its kind begin. */
export function reachedRoot(draft: Draft): boolean {
  const last = draft.frames.findLast((frame) => frame.reliable);
  return last !== undefined && ROOT.test(last.function);
}

/** Decides whether the reading can be trusted to name its crash, and why not. */
export function judgeDamage(draft: Draft): void {
  if (draft.damage === 'other-report-between' && draft.frames.length > 0) draft.damage = null;
  if (draft.damage !== null) return;
  const reliable = draft.frames.filter((frame) => frame.reliable);
  if (reliable.length === 0) draft.damage = withoutFrames(draft) ?? (draft.lossAhead ? 'trace-lost' : null);
  else if (draft.role === 'die' && SECOND_LINE.test(draft.headline)) draft.damage = 'header-lost';
  else if (draft.lossAhead && (!draft.announced || lostPointer(draft))) draft.damage = 'torn';
  else if (holdsInjection(reliable)) draft.damage = 'torn';
  else if (CALLED.has(draft.kind) && !reliable.some((frame) => REPORTS.test(frame.function)))
    draft.damage = 'torn';
  else if (draft.format === 'console' && reliable.every((frame) => REPORTS.test(frame.function)))
    draft.damage = 'truncated';
  else if (isCutOff(draft) && reliable.length <= FEW_FRAMES && !reachedRoot(draft)) {
    draft.damage = draft.fault?.ofCrash === true ? null : 'truncated';
  }
}

/** arch/x86/mm/fault.c page_fault_oops: the line with the error code comes behind the one that says what was accessed. */
const SECOND_LINE = /^Oops: (?:Oops: )?[0-9a-f]{4,16} \[#\d+\]/;

/** Every trap prints where it was: the line is among those that are missing. */
function lostPointer(draft: Draft): boolean {
  return draft.fault === null && (draft.died || draft.exception !== null);
}

function holdsInjection(frames: readonly Frame[]): boolean {
  const at = frames.findIndex((frame) => INJECTED.test(frame.function));
  return at >= 0 && !frames.slice(0, at).some((frame) => INTERRUPT_ENTRY.test(frame.function));
}

function withoutFrames(draft: Draft): Draft['damage'] {
  const stackless = STACKLESS.has(draft.kind);
  // The compiler's check names the function in the message itself.
  if (draft.kind === 'stack-corruption' && draft.header.length > 0) return null;
  if (draft.fault !== null && draft.frames.length === 0 && !draft.announced)
    return stackless ? null : 'truncated';
  if (draft.announced) return 'trace-lost';
  return stackless ? null : 'truncated';
}

/** The text ends in the middle of the trace. */
function isCutOff(draft: Draft): boolean {
  return draft.format === 'console' && draft.trace === 'open' && draft.announced && !draft.ended;
}

/**
 * Messages that are only a crash's beginning when a stack follows: drivers print them and go on, and arm prints the
 * latter for user space too.
 */
export function showsCrash(draft: Draft): boolean {
  if (draft.role !== 'lead' || draft.frames.length > 0 || draft.died || draft.fault !== null) return true;
  return (
    draft.kind !== 'irq' && !/^(?:Alignment trap|Unhandled (?:fault|prefetch abort)): /i.test(draft.headline)
  );
}
