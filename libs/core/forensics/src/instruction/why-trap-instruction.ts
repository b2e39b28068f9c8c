import type { DecodedInstruction } from '../analysis';
import {
  KIND_MEANS,
  TRAP_INSTRUCTIONS,
  UBSAN_CHECKS,
  type TrapInstructionRow,
} from '../tables/trap-instructions';
import type { TrapContext, TrapReason } from './trap-context';

/** UBSAN's check: the displacement of ud1, the low byte of brk. */
function spellCheck(instruction: DecodedInstruction): string {
  const [operand] = instruction.operands;
  const number =
    operand?.kind === 'memory'
      ? operand.memory.displacement
      : operand?.kind === 'immediate'
        ? operand.value & 0xffn
        : -1n;
  const name = number < 0n ? undefined : UBSAN_CHECKS[Number(number)];
  return name === undefined ? '' : `: ${name}`;
}

/** The row of the table that an instruction is; `null` for every instruction that was not put there to trap. */
export function findTrapInstruction(
  instruction: DecodedInstruction,
  arch: TrapContext['arch'],
): TrapInstructionRow | null {
  return TRAP_INSTRUCTIONS.find((row) => row.arch.includes(arch) && row.match.test(instruction.text)) ?? null;
}

/** A trap that was compiled in: BUG, WARN, UBSAN, CFI, KASAN. */
export function explainTrapInstruction(context: TrapContext): readonly TrapReason[] {
  const { instruction, kind } = context;
  const row = instruction === null ? null : findTrapInstruction(instruction, context.arch);
  if (instruction === null || row === null) return [];
  const check = row.means === 'sanitizer' ? spellCheck(instruction) : '';
  const meant = row.means === 'assertion' ? KIND_MEANS.get(kind) : undefined;
  const here = meant === undefined ? '' : `; here it is ${meant}`;
  return [
    {
      slug: row.means === 'breakpoint' ? 'breakpoint' : 'trap-instruction',
      claim: `The kernel trapped on purpose: ${row.says}${check}${here}.`,
      confidence: 'certain',
      uses: ['instruction'],
    },
  ];
}

/** #UD by an instruction that was not put there to trap. */
export function explainInvalidOpcode(context: TrapContext): readonly TrapReason[] {
  const deliberate = explainTrapInstruction(context);
  if (deliberate.length > 0 || context.instruction === null) return deliberate;
  return [
    {
      slug: 'invalid-opcode',
      claim: `The bytes read as ${context.instruction.text}, which this processor refuses here: a feature that it lacks or that is off, or code that was overwritten or entered in the middle.`,
      confidence: 'likely',
      uses: ['instruction'],
    },
  ];
}
