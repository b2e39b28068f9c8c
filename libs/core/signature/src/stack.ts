import type { Reading } from '@oopstream/core-transcript';
import { isMachinery } from './skip';
import { bareName } from './names';

/** One function of the crashing stack as blame and entry see it, innermost first. */
export interface Candidate {
  readonly name: string;
  readonly module: string | null;
  readonly source: 'instruction-pointer' | 'header' | 'stack';
}

const NOTICERS =
  /^(?:watchdog_|rcu_sched_clock_irq|rcu_check_callbacks|check_cpu_stall|print_cpu_stall|nmi_cpu_backtrace|rcu_dump_cpu_stacks|tick_sched_|perf_event_overflow|sched_show_task|dump_cpu_task)/;
const INTERRUPT_ENTRY =
  /^(?:asm_sysvec_\w+|sysvec_\w+|apic_timer_interrupt|smp_apic_timer_interrupt|el1h?_(?:64_)?irq\w*|asm_exc_nmi|end_repeat_nmi|nmi|ret_from_intr|common_interrupt|__irq_svc|handle_arch_irq|asm_common_interrupt|call_on_irq_stack|do_interrupt_handler|el1h?_(?:64_)?(?:irq_handler|interrupt)|gic_handle_irq|asm_call_\w+)$/;
const STALLS = new Set(['soft-lockup', 'hard-lockup', 'rcu-stall']);

export function isStall(kind: string): boolean {
  return STALLS.has(kind);
}

/** The reliable part of the stack, the instruction pointer's function first. */
export function candidatesOf(reading: Reading): Candidate[] {
  const stack: Candidate[] = [];
  for (const frame of reading.frames) {
    if (!frame.reliable) continue;
    stack.push({ name: bareName(frame.function), module: frame.module, source: 'stack' });
  }
  const below = isStall(reading.kind) ? belowInterrupt(stack) : belowReport(stack);
  const fault = reading.fault?.ofCrash === true ? reading.fault : null;
  const lead: Candidate[] = [];
  for (const name of inlinedAtFault(reading))
    lead.push({ name: bareName(name), module: null, source: 'header' });
  if (fault !== null)
    lead.push({ name: bareName(fault.function), module: fault.module, source: 'instruction-pointer' });
  const last = lead[lead.length - 1];
  // crash(8) prints the interrupted function as a frame too.
  const rest = last && below[0]?.name === last.name ? below.slice(1) : below;
  return [...lead, ...rest];
}

/** A WARNING's header names its function; so do the symbolised inline parts of a fault. */
function inlinedAtFault(reading: Reading): readonly string[] {
  if (reading.kind === 'kcsan') return [];
  const names = reading.mentions.header;
  if (reading.fault !== null) return names.filter((name) => name !== reading.fault?.function);
  return /^(?:warning|refcount|debug-objects|list-corruption|usercopy|fortify|stack-corruption|lock-misuse|cfi|hard-lockup)$/.test(
    reading.kind,
  )
    ? names
    : [];
}

/** A stalled CPU was interrupted: what the interrupt did is not what hung. */
function belowInterrupt(stack: Candidate[]): Candidate[] {
  const noticed = stack.findIndex((c) => NOTICERS.test(c.name));
  if (noticed < 0) return belowReport(stack);
  let entry = -1;
  for (let i = noticed; i < stack.length; i++) {
    if (INTERRUPT_ENTRY.test(stack[i]?.name ?? '')) {
      entry = i;
      if (!INTERRUPT_ENTRY.test(stack[i + 1]?.name ?? '')) break;
    }
  }
  return entry < 0 ? stack : stack.slice(entry + 1);
}

function belowReport(stack: Candidate[]): Candidate[] {
  let i = 0;
  while (i < stack.length && isMachinery(stack[i]?.name ?? '') !== null) i++;
  return stack.slice(i);
}
