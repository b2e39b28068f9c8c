import type { DecodedInstruction } from '../analysis';
import { hex, type TrapContext, type TrapReason } from './trap-context';

/** Bits of the divisor. */
function widthOf(instruction: DecodedInstruction): number | null {
  const operand = instruction.operands[0];
  if (operand?.kind === 'register') return operand.sizeBytes * 8;
  const bytes = operand?.kind === 'memory' ? operand.memory.sizeBytes : null;
  return bytes === null ? null : bytes * 8;
}

function dividend(
  registers: ReadonlyMap<string, bigint>,
  bits: number,
): { high: bigint; low: bigint } | null {
  const low = registers.get('rax') ?? registers.get('eax');
  const high = registers.get('rdx') ?? registers.get('edx');
  if (low === undefined || high === undefined || bits === 8) return null;
  return { high: BigInt.asUintN(bits, high), low: BigInt.asUintN(bits, low) };
}

function overflows(
  instruction: DecodedInstruction,
  divisor: bigint,
  parts: { high: bigint; low: bigint },
  bits: number,
) {
  const whole = (parts.high << BigInt(bits)) | parts.low;
  if (instruction.mnemonic === 'div') return whole / divisor >= 1n << BigInt(bits);
  const quotient = BigInt.asIntN(bits * 2, whole) / BigInt.asIntN(bits, divisor);
  return BigInt.asIntN(bits, quotient) !== quotient;
}

function explainRegister(
  context: TrapContext,
  instruction: DecodedInstruction,
  bits: number,
): readonly TrapReason[] {
  const operand = instruction.operands[0];
  if (operand?.kind !== 'register') return [];
  const whole = context.registers.get(operand.name);
  // ah and its like: which half is meant is not kept.
  if (whole === undefined || bits === 8) return [];
  const divisor = BigInt.asUintN(bits, whole);
  const uses = ['instruction', `register:${operand.name}`] as const;
  if (divisor === 0n) {
    const claim = `${instruction.text} divides by ${operand.name} = 0${bits < 64 ? ` (its low ${bits} bits)` : ''}.`;
    return [{ slug: 'divide-by-zero', claim, confidence: 'certain', uses }];
  }
  const parts = dividend(context.registers, bits);
  if (parts === null || !overflows(instruction, divisor, parts, bits)) return [];
  return [
    {
      slug: 'divide-overflow',
      claim: `${instruction.text} divides ${hex((parts.high << BigInt(bits)) | parts.low)} by ${hex(divisor)}: the quotient does not fit ${bits} bits.`,
      confidence: 'certain',
      uses: [...uses, 'register:rax', 'register:rdx'],
    },
  ];
}

function explainMemory(
  context: TrapContext,
  instruction: DecodedInstruction,
  bits: number,
): readonly TrapReason[] {
  const parts = dividend(context.registers, bits);
  if (instruction.operands[0]?.kind !== 'memory' || parts === null) return [];
  const isSmall = instruction.mnemonic === 'div' && parts.high === 0n;
  return [
    {
      slug: 'divide-by-zero',
      claim: isSmall
        ? `${instruction.text} divides ${hex(parts.low)}, whose quotient always fits ${bits} bits: the divisor in memory was zero.`
        : `${instruction.text}: the divisor in memory was zero, or the quotient does not fit ${bits} bits.`,
      confidence: isSmall ? 'certain' : 'hint',
      uses: ['instruction', 'register:rax', 'register:rdx'],
    },
  ];
}

/** #DE: a zero divisor or a quotient that does not fit (Intel SDM volume 2, DIV and IDIV). */
export function explainDivide(context: TrapContext): readonly TrapReason[] {
  const { instruction } = context;
  if (instruction === null || !/^i?div$/.test(instruction.mnemonic)) return [];
  const bits = widthOf(instruction);
  if (bits === null) return [];
  return [...explainRegister(context, instruction, bits), ...explainMemory(context, instruction, bits)];
}
