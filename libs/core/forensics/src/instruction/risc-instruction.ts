import type { Reading } from '@oopstream/core-transcript';
import type { DecodedInstruction, InstructionOperand, MemoryOperand } from '../analysis';
import { RISC_ACCESS, type RiscAccess } from '../tables/risc-access';
import { splitOperands } from './att-operand';
import { parseRiscOperand } from './risc-operand';

type RiscArch = keyof typeof RISC_ACCESS;
type Arch = NonNullable<Reading['arch']>;

const MAX_TEXT = 256;

function accessOf(mnemonic: string, table: RiscAccess): MemoryOperand['access'] | null {
  if (table.addresses.test(mnemonic)) return 'address';
  if (table.changes.test(mnemonic)) return 'read-write';
  if (table.stores.test(mnemonic)) return 'write';
  return table.loads.test(mnemonic) ? 'read' : null;
}

function flowOf(mnemonic: string, table: RiscAccess): DecodedInstruction['flow'] {
  if (table.traps.test(mnemonic)) return 'trap';
  if (table.returns.test(mnemonic)) return 'return';
  if (table.calls.test(mnemonic)) return 'call';
  return table.jumps.test(mnemonic) ? 'jump' : 'next';
}

/** Bytes of one access where the mnemonic or the register's width says it. */
function accessBytes(mnemonic: string, operands: readonly InstructionOperand[], arch: Arch): number | null {
  if (arch === 'arm64' || arch === 'arm') {
    if (/^(?:ld|st)u?r?s?b|^ld[au]?x?rs?b|^(?:ld|st)[a-z]+b$/.test(mnemonic)) return 1;
    if (/^(?:ld|st)[a-z]+h$/.test(mnemonic) && !/^(?:ldm|stm)/.test(mnemonic)) return 2;
    if (/sw$/.test(mnemonic)) return 4;
    const first = operands[0];
    const pair = /^(?:ldn?p|stn?p|ldxp|stxp)$/.test(mnemonic) ? 2 : 1;
    return first?.kind === 'register' && /^[xr]/.test(first.name) ? first.sizeBytes * pair : null;
  }
  const letter = /^(?:c\.)?(?:l|st?)([bhwd])/.exec(mnemonic)?.[1];
  return letter === undefined ? null : ({ b: 1, h: 2, w: 4, d: 8 }[letter] ?? null);
}

/** `ldx r3,r4,r5`: Power's indexed forms write their memory as two registers. */
function indexedMemory(mnemonic: string, operands: readonly InstructionOperand[]): MemoryOperand | null {
  const [, base, index] = operands;
  if (!/x$/.test(mnemonic) || index?.kind !== 'register' || base === undefined) return null;
  return {
    base: base.kind === 'register' && base.name !== 'r0' ? base.name : null,
    index: index.name,
    scale: 1,
    displacement: 0n,
    segment: null,
    sizeBytes: null,
    access: 'read',
    implicit: false,
    target: null,
  };
}

function writtenRegisters(
  mnemonic: string,
  operands: readonly InstructionOperand[],
  access: MemoryOperand['access'] | null,
  table: RiscAccess,
): readonly string[] {
  const before = operands.findIndex((operand) => operand.kind === 'memory');
  const registers = (before === -1 ? operands : operands.slice(0, before)).flatMap((operand) =>
    operand.kind === 'register' ? [operand.name] : [],
  );
  if (access === 'read')
    return /^(?:ldn?p|ldxp|ldaxp|ldpsw)$/.test(mnemonic) ? registers.slice(0, 2) : registers.slice(0, 1);
  if (access === 'write') return /^stl?x|^strex|^sc\b/.test(mnemonic) ? registers.slice(0, 1) : [];
  if (access === 'read-write')
    return /^(?:cas|amo|am)/.test(mnemonic) ? registers.slice(0, 1) : registers.slice(1, 2);
  if (access === 'address' || table.writesNothing.test(mnemonic) || table.traps.test(mnemonic)) return [];
  return registers.slice(0, 1);
}

/** A load that names no register of its own, and a list in braces, are not taken further apart. */
function parseOperands(rest: string, branch: boolean, arch: Arch) {
  const operands: InstructionOperand[] = [];
  const writtenBack: string[] = [];
  for (const part of splitOperands(rest)) {
    if (/^\{|^[a-z]+ #?\d+$|^p[0-9]/.test(part)) continue;
    const { operand, writesBack } = parseRiscOperand(part, branch, arch);
    if (operand === null) return null;
    const previous = operands.at(-1);
    // A number behind the memory is added to its base after the access.
    if (operand.kind === 'immediate' && previous?.kind === 'memory' && previous.memory.base !== null) {
      writtenBack.push(previous.memory.base);
    }
    if (writesBack && operand.kind === 'memory' && operand.memory.base !== null)
      writtenBack.push(operand.memory.base);
    if (writesBack && operand.kind === 'register') writtenBack.push(operand.name);
    operands.push(operand);
  }
  return { operands, writtenBack };
}

/**
 * Reads one instruction in the GNU text of any other architecture than x86 (`ldr x0, [x1, #16]`, `ld r9,16(r10)`).
 *
 * @returns `null` for what is no such text
 */
export function parseRiscInstruction(text: string, arch: RiscArch): DecodedInstruction | null {
  if (text.length > MAX_TEXT) return null;
  const own = text.split(/\/\/|;|\s#\s|\t#/, 1)[0]?.trim() ?? '';
  const match = /^(\.?[a-z][a-z0-9.]{0,15}[+-]?)(?:\s+(.*))?$/.exec(own);
  const mnemonic = match?.[1]?.replace(/[+-]$/, '');
  if (match === null || mnemonic === undefined || mnemonic.startsWith('.')) return null;
  const table = RISC_ACCESS[arch];
  const rest = (match[2] ?? '').replace(/\s*<[^>]*>\s*$/, '');
  const flow = flowOf(mnemonic, table);
  const parsed = parseOperands(rest, flow === 'jump' || flow === 'call', arch);
  if (parsed === null) return null;
  const access = accessOf(mnemonic, table);
  const sizeBytes = accessBytes(mnemonic, parsed.operands, arch);
  const operands = parsed.operands.map((operand): InstructionOperand =>
    operand.kind === 'memory' && access !== null
      ? { kind: 'memory', memory: { ...operand.memory, access, sizeBytes } }
      : operand,
  );
  const indexed = arch === 'powerpc' && access !== null ? indexedMemory(mnemonic, operands) : null;
  const named = access === null ? [] : operands.flatMap((one) => (one.kind === 'memory' ? [one.memory] : []));
  return {
    text: rest === '' ? mnemonic : `${mnemonic} ${rest}`,
    mnemonic,
    lengthBytes: null,
    prefixes: [],
    operands,
    memory: indexed === null || access === null ? named : [{ ...indexed, access, sizeBytes }],
    writes: [...new Set([...writtenRegisters(mnemonic, operands, access, table), ...parsed.writtenBack])],
    flow,
  };
}
