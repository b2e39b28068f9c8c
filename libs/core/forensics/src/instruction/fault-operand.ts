import type { MemoryOperand } from '../analysis';
import { operandAddresses, wrap } from './effective-address';
import type { OperandAddress, TrapContext } from './trap-context';

/** Areas that the processor saves its state to have no one size; no state is larger (AMX tiles included). */
const MAX_STATE_BYTES = 16_384;
const STATE = /^(?:xsave|xrstor|fxsave|fxrstor|fnsave|frstor)/;

function reach(memory: MemoryOperand, mnemonic: string): bigint {
  return BigInt(memory.sizeBytes ?? (STATE.test(mnemonic) ? MAX_STATE_BYTES : 1));
}

/** A read faults as a read; what reads and writes may fault as either. */
function fits(memory: MemoryOperand, words: readonly string[]): boolean {
  if (memory.access === 'address') return false;
  if (memory.access === 'read') return !words.includes('write');
  return memory.access === 'read-write' || !words.includes('read');
}

export interface FaultOperand {
  /** The operand whose bytes the fault address is one of; `null` where none is. */
  readonly operand: OperandAddress | null;
  /** Addresses that could be computed. */
  readonly computed: readonly OperandAddress[];
  /** Every operand that is accessed could be computed. */
  readonly complete: boolean;
}

/** Which operand a page fault is of: the one whose bytes hold the fault address and whose access is as the code says. */
export function findFaultOperand(context: TrapContext, fault: bigint): FaultOperand {
  const accessed = operandAddresses(context).filter(({ memory }) => memory.access !== 'address');
  const computed = accessed.filter(({ address }) => address !== null);
  const mnemonic = context.instruction?.mnemonic ?? '';
  const holding = computed.filter(({ memory, address }) => {
    const apart = fault - (address ?? 0n);
    // The top byte of an arm64 address may be a tag, which the fault address need not carry.
    const distance = context.arch === 'arm64' ? BigInt.asUintN(56, apart) : wrap(apart, context.arch);
    return distance < reach(memory, mnemonic) && fits(memory, context.codeWords);
  });
  return { operand: holding[0] ?? null, computed, complete: computed.length === accessed.length };
}
