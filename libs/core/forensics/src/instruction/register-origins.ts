import type { Reading } from '@oopstream/core-transcript';
import type { DecodedInstruction, InstructionOperand, MemoryOperand } from '../analysis';
import { addressRegisters, effectiveAddress, registerValue, spellSum, wrap } from './effective-address';
import { hex } from './trap-context';

type Arch = NonNullable<Reading['arch']>;

/** Where the value that a register has at the trap came from. */
export interface RegisterOrigin {
  readonly register: string;
  /** Index of the instruction that wrote it. */
  readonly at: number;
  /** `rdx+0x1`, `8 bytes at r15 = 0xffff…`, `what the call returned`: the right side of an equation. */
  readonly source: string;
  readonly from: 'register' | 'sum' | 'memory' | 'constant' | 'call';
  /** Both sides are known and equal; false where a side is unknown. Where they differ there is no origin. */
  readonly confirmed: boolean;
  /** Address that was read; `null` where it was none or cannot be known any more. */
  readonly address: bigint | null;
  readonly uses: readonly string[];
}

/** Registers that a call may change, and the one that carries its result (System V ABI, AAPCS64). */
const CLOBBERED: Readonly<
  Partial<Record<Arch, { readonly names: ReadonlySet<string>; readonly result: string }>>
> = {
  x86_64: { names: new Set(['rax', 'rcx', 'rdx', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11']), result: 'rax' },
  i386: { names: new Set(['eax', 'ecx', 'edx']), result: 'eax' },
  arm64: { names: new Set(Array.from({ length: 19 }, (_, number) => `x${number}`)), result: 'x0' },
  arm: { names: new Set(['r0', 'r1', 'r2', 'r3', 'ip', 'lr']), result: 'r0' },
};

/** What a moving instruction put into its target: a known value or `null`, in words, from which registers. */
interface Source {
  readonly value: bigint | null;
  readonly text: string;
  readonly from: RegisterOrigin['from'];
  readonly address: bigint | null;
  readonly uses: readonly string[];
}

interface Walk {
  readonly arch: Arch;
  readonly registers: ReadonlyMap<string, bigint>;
  /** Registers written after the instruction at hand: their values at the trap are not those that it saw. */
  readonly changed: ReadonlySet<string>;
}

const isX86 = (arch: Arch): boolean => arch === 'x86_64' || arch === 'i386';

/** A register's value as the instruction at hand saw it. */
function seen(name: string, walk: Walk): bigint | null {
  return walk.changed.has(name) ? null : registerValue(name, walk.registers);
}

function addressSeen(memory: MemoryOperand, walk: Walk): bigint | null {
  const isIntact = addressRegisters(memory).every((name) => !walk.changed.has(name));
  return isIntact ? effectiveAddress(memory, walk.registers, walk.arch) : null;
}

/** Marks registers that were written again before the trap. */
function before(names: readonly string[], walk: Walk): string {
  const stale = names.filter((name) => walk.changed.has(name));
  return stale.length === 0 ? '' : ` with ${stale.join(' and ')} as before`;
}

function fromMemory(memory: MemoryOperand, walk: Walk): Source {
  const address = addressSeen(memory, walk);
  const bytes = memory.sizeBytes === null ? '' : `${memory.sizeBytes} bytes at `;
  const where = address === null ? before(addressRegisters(memory), walk) : ` = ${hex(address)}`;
  const segment = memory.segment === 'gs' && walk.arch === 'x86_64' ? ', per CPU' : '';
  return {
    value: null,
    text: `${bytes}${spellSum(memory)}${where}${segment}`,
    from: 'memory',
    address,
    uses: addressRegisters(memory).filter((name) => !walk.changed.has(name)),
  };
}

function fromOperand(operand: InstructionOperand, formsAddress: boolean, walk: Walk): Source | null {
  if (operand.kind === 'register') {
    const value = seen(operand.name, walk);
    const narrow = operand.sizeBytes < 4 ? null : value;
    const kept = operand.sizeBytes === 4 && narrow !== null ? BigInt.asUintN(32, narrow) : narrow;
    const text = `${operand.name}${before([operand.name], walk)}`;
    return { value: kept, text, from: 'register', address: null, uses: [operand.name] };
  }
  if (operand.kind === 'immediate') {
    const value = wrap(operand.value, walk.arch);
    return { value, text: hex(value), from: 'constant', address: null, uses: [] };
  }
  if (operand.kind !== 'memory') return null;
  if (!formsAddress) return fromMemory(operand.memory, walk);
  const sum = addressSeen(operand.memory, walk);
  return {
    value: sum,
    text: `${spellSum(operand.memory)}${before(addressRegisters(operand.memory), walk)}`,
    from: 'sum',
    address: null,
    uses: addressRegisters(operand.memory),
  };
}

/** `add %rdi,%r8`: the target's own old value is gone, unless nothing else is needed. */
function fromAddition(instruction: DecodedInstruction, target: string, walk: Walk): Source | null {
  const [added] = instruction.operands;
  if (added?.kind !== 'memory' || instruction.operands.length !== 2 || added.memory.segment !== 'gs')
    return null;
  const memory = fromMemory(added.memory, walk);
  return { ...memory, text: `${target} before, plus ${memory.text}`, from: 'sum' };
}

function sourceOf(instruction: DecodedInstruction, register: string, walk: Walk): Source | null {
  const { mnemonic, operands } = instruction;
  if (!isX86(walk.arch)) return sourceOfRisc(instruction, register, walk);
  const target = operands.at(-1);
  if (target?.kind !== 'register' || target.name !== register || target.sizeBytes < 4) return null;
  const [first] = operands;
  if (operands.length === 2 && mnemonic === 'xor' && first?.kind === 'register' && first.name === register) {
    return { value: 0n, text: '0', from: 'constant', address: null, uses: [] };
  }
  if (operands.length === 2 && mnemonic === 'add') return fromAddition(instruction, register, walk);
  const moves = /^(?:mov|movabs|lea)$/.test(mnemonic) || /^mov[sz]/.test(mnemonic);
  if (!moves || operands.length !== 2 || first === undefined) return null;
  const source = fromOperand(first, mnemonic === 'lea', walk);
  if (source === null) return null;
  // What widens or narrows does not keep the value; 32-bit targets clear the upper half.
  const isPlain = mnemonic === 'mov' || mnemonic === 'movabs' || mnemonic === 'lea';
  const value =
    !isPlain || source.value === null
      ? null
      : target.sizeBytes === 4
        ? BigInt.asUintN(32, source.value)
        : source.value;
  return { ...source, value };
}

function sourceOfRisc(instruction: DecodedInstruction, register: string, walk: Walk): Source | null {
  const { mnemonic, operands } = instruction;
  const [target, first, second] = operands;
  if (target?.kind !== 'register' || target.name !== register || first === undefined) return null;
  const memory = instruction.memory[0];
  // Pairs and writing back: which part is meant is not told.
  if (memory?.access === 'read' && instruction.writes.length === 1) return fromMemory(memory, walk);
  if (/^(?:mov|mr|li)$/.test(mnemonic) && second === undefined) return fromOperand(first, false, walk);
  if (!/^(?:add|addi)$/.test(mnemonic) || first.kind !== 'register' || second?.kind !== 'immediate')
    return null;
  const base = seen(first.name, walk);
  const value = base === null ? null : wrap(base + second.value, walk.arch);
  return {
    value,
    text: `${first.name}+${hex(second.value)}`,
    from: 'sum',
    address: null,
    uses: [first.name],
  };
}

function originOf(
  register: string,
  at: number,
  instruction: DecodedInstruction,
  walk: Walk,
): RegisterOrigin | null {
  const source = sourceOf(instruction, register, walk);
  const own = registerValue(register, walk.registers);
  // A sum with the target's own value before in it tells nothing of where it came from.
  if (source === null || (source.from === 'sum' && source.uses.includes(register))) return null;
  if (source.value !== null && own !== null && source.value !== own) return null;
  // A load of four bytes cannot leave more.
  const loaded = instruction.memory[0]?.sizeBytes;
  const isZeroExtended = isX86(walk.arch) && instruction.mnemonic === 'mov' && loaded === 4;
  if (source.from === 'memory' && isZeroExtended && own !== null && own >> 32n !== 0n) return null;
  return {
    register,
    at,
    source: source.text,
    from: source.from,
    confirmed: source.value !== null && own !== null,
    address: source.address,
    uses: source.uses,
  };
}

/**
 * For each register, the last instruction before the trap that wrote it, in straight code read backwards: a return, a
 * trap or a jump that always jumps ends it, a call hides what it may change. That no jump leads into the middle is
 * not known, so an origin is likely at best.
 *
 * @param instructions in the order of memory, ending before the one that trapped; `null` for what could not be read
 * @param registers at the trap
 * @param joins indexes of instructions that other code jumps to: what stands before them is left out
 */
export function explainRegisters(
  instructions: readonly (DecodedInstruction | null)[],
  registers: ReadonlyMap<string, bigint>,
  arch: Arch,
  joins: ReadonlySet<number> = new Set(),
): readonly RegisterOrigin[] {
  const origins: RegisterOrigin[] = [];
  const changed = new Set<string>();
  for (let at = instructions.length - 1; at >= 0; at -= 1) {
    const instruction = instructions[at];
    if (instruction == null || instruction.flow === 'return' || instruction.flow === 'trap') break;
    if (instruction.flow === 'jump' && /^(?:jmp|b|j|br)$/.test(instruction.mnemonic)) break;
    const clobbers = instruction.flow === 'call' ? CLOBBERED[arch] : undefined;
    if (instruction.flow === 'call' && clobbers === undefined) break;
    if (clobbers !== undefined && !changed.has(clobbers.result)) {
      const [target] = instruction.operands;
      const callee = target?.kind === 'target' ? / <[^>]+>$/.exec(instruction.text)?.[0] : undefined;
      const source = `what the call${callee ?? ''} returned`;
      origins.push({
        register: clobbers.result,
        at,
        source,
        from: 'call',
        confirmed: false,
        address: null,
        uses: [],
      });
    }
    const written = clobbers === undefined ? instruction.writes : [...clobbers.names];
    for (const register of clobbers === undefined ? instruction.writes : []) {
      // A target that is also a source was another value before: what it was is gone.
      const walk: Walk = { arch, registers, changed: new Set([...changed, ...instruction.writes]) };
      const origin = changed.has(register) ? null : originOf(register, at, instruction, walk);
      if (origin !== null) origins.push(origin);
    }
    if (joins.has(at)) break;
    for (const register of written) changed.add(register);
  }
  return origins;
}
