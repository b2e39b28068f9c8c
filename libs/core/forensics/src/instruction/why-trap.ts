import { explainDivide } from './why-arithmetic';
import { explainPageFault } from './why-page-fault';
import { explainGeneralProtection, explainStackSegment } from './why-protection';
import { explainInvalidOpcode, explainTrapInstruction } from './why-trap-instruction';
import { hex, type TrapContext, type TrapReason } from './trap-context';
import { operandAddresses, registerValue, spellSum } from './effective-address';
import { findFaultOperand } from './fault-operand';

/** Stacks end on a page; the page below is a guard (kernel/fork.c alloc_thread_stack_node, VMAP_STACK). */
const PAGE = 4096n;

/** CR2 holds the address of the fault that could not be delivered, where it was a page fault. */
function explainFirstFault(context: TrapContext): readonly TrapReason[] {
  const fault = context.faultAddress;
  const operand = fault === null ? null : findFaultOperand(context, fault.value).operand;
  if (operand?.address == null) return [];
  return [
    {
      slug: 'stack-slot',
      claim: `The access at ${spellSum(operand.memory)} = ${hex(operand.address)} failed first (CR2 holds its address), and the fault could not be delivered: the stack pointer's own page, or the guard page of a stack, was hit.`,
      confidence: 'likely',
      uses: [...operand.uses, 'fault-address'],
    },
  ];
}

/** A double fault while the stack is used: the slot lies in the page below the stack pointer's. */
function explainDoubleFault(context: TrapContext): readonly TrapReason[] {
  const first = explainFirstFault(context);
  if (first.length > 0) return first;
  const slot = operandAddresses(context).find(
    ({ memory, address }) =>
      address !== null && memory.access !== 'read' && ['rsp', 'esp'].includes(memory.base ?? ''),
  );
  const name = slot?.memory.base ?? 'rsp';
  const pointer = registerValue(name, context.registers);
  if (slot?.address == null || pointer === null || slot.address / PAGE === pointer / PAGE) return [];
  return [
    {
      slug: 'stack-slot',
      claim: `${name} = ${hex(pointer)} and the instruction writes at ${hex(slot.address)}, in the page below: the stack has run over its end.`,
      confidence: 'likely',
      uses: slot.uses,
    },
  ];
}

/** int3: the pointer stands behind it, so the byte before is what trapped. */
function explainBreakpoint(context: TrapContext): readonly TrapReason[] {
  if (context.arch !== 'x86_64' && context.arch !== 'i386') return explainTrapInstruction(context);
  return [
    {
      slug: 'breakpoint',
      claim:
        'int3 was executed and no debugger, kprobe or patching of code claimed it: code being patched, or padding that was run into.',
      confidence: 'likely',
      uses: ['instruction'],
    },
  ];
}

const RULES: Readonly<Record<string, (context: TrapContext) => readonly TrapReason[]>> = {
  stack_segment: explainStackSegment,
  general_protection: explainGeneralProtection,
  page_fault: explainPageFault,
  divide_error: explainDivide,
  invalid_op: explainInvalidOpcode,
  double_fault: explainDoubleFault,
  int3: explainBreakpoint,
  break: explainTrapInstruction,
  breakpoint: explainTrapInstruction,
  undefined_instruction: explainTrapInstruction,
};

/** Kinds whose report is made by a trap instruction although the text names no exception. */
const ASSERTING =
  /^(?:bug|warning|refcount|list-corruption|usercopy|fortify|cfi|ubsan|lock-misuse|debug-objects)/;

/**
 * Why the processor trapped at this instruction in this way, as far as instruction, registers and error code show it.
 * Nothing where they show nothing, or where they contradict each other.
 */
export function explainTrap(context: TrapContext): readonly TrapReason[] {
  const rule = context.exception === null ? undefined : RULES[context.exception];
  if (rule !== undefined) return rule(context);
  return ASSERTING.test(context.kind) ? explainTrapInstruction(context) : [];
}
