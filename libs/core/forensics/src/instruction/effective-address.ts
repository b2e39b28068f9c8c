import type { MemoryOperand } from '../analysis';
import type { EvidenceSource, OperandAddress, TrapContext } from './trap-context';

/** 32-bit processors and what their addresses wrap at. */
const NARROW = new Set(['i386', 'arm']);
/** Names that a register has in the text of the one and not of the other. */
const ALIASES: Readonly<Record<string, string>> = {
  fp: 'r11',
  ip: 'r12',
  sp: 'r13',
  lr: 'r14',
  x29: 'fp',
  x30: 'lr',
};

export function wrap(value: bigint, arch: string): bigint {
  return BigInt.asUintN(NARROW.has(arch) ? 32 : 64, value);
}

export function registerValue(name: string, registers: ReadonlyMap<string, bigint>): bigint | null {
  return registers.get(name) ?? registers.get(ALIASES[name] ?? '') ?? null;
}

/** Registers that an operand's address is made of. */
export function addressRegisters(memory: MemoryOperand): readonly string[] {
  const segment = memory.segment === 'fs' || memory.segment === 'gs' ? [`${memory.segment}_base`] : [];
  const named = [memory.base, memory.index].filter((name) => name !== null && name !== 'rip');
  return [...named.filter((name) => name !== null), ...segment];
}

/** @returns `null` where a register that takes part is not known */
export function effectiveAddress(
  memory: MemoryOperand,
  registers: ReadonlyMap<string, bigint>,
  arch: string,
): bigint | null {
  let sum = memory.target ?? (memory.base === 'rip' ? null : memory.displacement);
  for (const name of addressRegisters(memory)) {
    const value = registerValue(name, registers);
    if (value === null || sum === null) return null;
    const factor = name === memory.index && name !== memory.base ? BigInt(memory.scale) : 1n;
    sum += value * factor;
  }
  // A register that is both: once for the base above, once here.
  if (sum !== null && memory.index !== null && memory.index === memory.base) {
    const value = registerValue(memory.index, registers) ?? 0n;
    sum += value * BigInt(memory.scale) - value;
  }
  return sum === null ? null : wrap(sum, arch);
}

/** Every memory operand of the instruction with its address. */
export function operandAddresses(context: TrapContext): readonly OperandAddress[] {
  return (context.instruction?.memory ?? []).map((memory) => ({
    memory,
    address: effectiveAddress(memory, context.registers, context.arch),
    uses: [
      'instruction' as const,
      ...addressRegisters(memory).map((name): EvidenceSource => `register:${name}`),
    ],
  }));
}

/** `rbp+rax*1+0x10`, `gs_base+0x28`: the operand as a sum. */
export function spellSum(memory: MemoryOperand): string {
  const parts = addressRegisters(memory).map((name) =>
    name === memory.index && memory.scale !== 1 ? `${name}*${memory.scale}` : name,
  );
  const sum = parts.join('+');
  if (memory.target !== null || memory.base === 'rip') {
    const target = memory.target === null ? 'rip-relative' : `0x${memory.target.toString(16)}`;
    return sum === '' ? target : `${sum}+${target}`;
  }
  if (memory.displacement === 0n && sum !== '') return sum;
  const negative = memory.displacement < 0n;
  const size = (negative ? -memory.displacement : memory.displacement).toString(16);
  return `${sum}${negative ? '-' : sum === '' ? '' : '+'}0x${size}`;
}
