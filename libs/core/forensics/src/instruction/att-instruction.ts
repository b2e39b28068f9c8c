import type { DecodedInstruction, InstructionOperand, MemoryOperand } from '../analysis';
import { STRING_OPERATIONS } from '../tables/x86-mnemonics';
import { parseAttOperand, splitOperands } from './att-operand';
import {
  splitX86Mnemonic,
  x86Flow,
  x86ImplicitWrites,
  x86OperandAccess,
  type X86Mnemonic,
} from './x86-mnemonic';

type X86 = 'x86_64' | 'i386';

/** Longer text is no instruction. */
const MAX_TEXT = 256;
const PREFIX =
  /^(?:lock|rep|repe|repz|repne|repnz|data16|data32|addr32|addr16|notrack|bnd|xacquire|xrelease|cs|ds|es|fs|gs|ss|rex(?:\.[WRXB]+)?)$/;
const BRANCH = /^(?:call|jmp|j[a-z]+|loop[a-z]*)[wlq]?$/;

interface Parts {
  readonly prefixes: readonly string[];
  readonly mnemonic: string;
  readonly rest: string;
  readonly comment: bigint | null;
}

function cut(text: string): Parts | null {
  if (text.length > MAX_TEXT) return null;
  const handMade = text.indexOf('//');
  const own = handMade === -1 ? text : text.slice(0, handMade);
  const hash = own.indexOf('#');
  const address = hash === -1 ? null : /^#\s*(?:0x)?([0-9a-f]{1,16})\b/.exec(own.slice(hash));
  const words = (hash === -1 ? own : own.slice(0, hash))
    .replace(/\s*\[[A-Z ]+\]\s*$/, '')
    .trim()
    .split(/\s+/);
  const prefixes: string[] = [];
  while (words.length > 1 && PREFIX.test(words[0] ?? '')) prefixes.push(words.shift() ?? '');
  const mnemonic = words.shift() ?? '';
  if (!/^[a-z][a-z0-9]{1,15}$/.test(mnemonic)) return null;
  const comment = address === null ? null : BigInt(`0x${address[1] ?? '0'}`);
  return { prefixes, mnemonic, rest: words.join(' '), comment };
}

/** Size of what an access moves: from the suffix, else from the register that takes part. */
function accessBytes(split: X86Mnemonic, operands: readonly InstructionOperand[], arch: X86): number | null {
  const wordBytes = arch === 'x86_64' ? 8 : 4;
  if (/^(?:xsave|xrstor|fx|f[a-z]|lgdt|lidt|sgdt|sidt|invpcid|cmpxchg(?:8|16)b)/.test(split.stem))
    return null;
  if (split.sizeBytes !== null) return split.sizeBytes;
  if (/^(?:call|jmp|push|pop)$/.test(split.stem)) return wordBytes;
  if (/^set/.test(split.stem)) return 1;
  const register = operands.findLast((operand) => operand.kind === 'register');
  return register?.kind === 'register' ? register.sizeBytes : null;
}

function stackSlot(stem: string, arch: X86): MemoryOperand | null {
  const pushes = /^(?:push|pushf|call|enter)$/.test(stem);
  if (!pushes && !/^(?:pop|popf|ret)$/.test(stem)) return null;
  const sizeBytes = arch === 'x86_64' ? 8 : 4;
  return {
    base: arch === 'x86_64' ? 'rsp' : 'esp',
    index: null,
    scale: 1,
    displacement: pushes ? BigInt(-sizeBytes) : 0n,
    segment: 'ss',
    sizeBytes,
    access: pushes ? 'write' : 'read',
    implicit: true,
    target: null,
  };
}

function withAccess(
  operands: readonly InstructionOperand[],
  split: X86Mnemonic,
  arch: X86,
): readonly InstructionOperand[] {
  const sizeBytes = accessBytes(split, operands, arch);
  return operands.map((operand, position): InstructionOperand => {
    if (operand.kind !== 'memory') return operand;
    const access = x86OperandAccess(split.stem, position, operands.length, true);
    const memory = {
      ...operand.memory,
      sizeBytes,
      access: access === 'none' ? ('address' as const) : access,
    };
    return { kind: 'memory', memory };
  });
}

function writtenRegisters(
  operands: readonly InstructionOperand[],
  split: X86Mnemonic,
  prefixes: readonly string[],
  arch: X86,
): readonly string[] {
  const named = operands.flatMap((operand, position) => {
    if (operand.kind !== 'register') return [];
    const access = x86OperandAccess(split.stem, position, operands.length, false);
    return access === 'write' || access === 'read-write' ? [operand.name] : [];
  });
  const implicit = x86ImplicitWrites(split.stem, prefixes, operands.length).map((name) =>
    arch === 'i386' ? name.replace(/^r/, 'e') : name,
  );
  return [...new Set([...named, ...implicit])];
}

/**
 * Reads one x86 instruction in the AT&T text of gdb and crash(8), with or without their comments.
 *
 * @returns `null` for what is no such text (cut off, `(bad)`, another syntax)
 */
export function parseAttInstruction(text: string, arch: X86): DecodedInstruction | null {
  const parts = cut(text);
  if (parts === null) return null;
  const branch = BRANCH.test(parts.mnemonic);
  const operands: InstructionOperand[] = [];
  for (const part of splitOperands(parts.rest)) {
    const indirect = part.startsWith('*');
    const operand = parseAttOperand(
      indirect ? part.slice(1) : part,
      parts.comment,
      branch && !indirect,
      arch,
    );
    if (operand === null) return null;
    operands.push(operand);
  }
  const betweenStrings = operands.length === 2 && operands.every((operand) => operand.kind === 'memory');
  const split = splitX86Mnemonic(parts.mnemonic, betweenStrings || operands.length === 0);
  const complete = withAccess(operands, split, arch);
  const slot = stackSlot(split.stem, arch);
  const isString = STRING_OPERATIONS.has(split.stem);
  return {
    text: [...parts.prefixes, parts.mnemonic, parts.rest].filter((word) => word !== '').join(' '),
    mnemonic: isString && split.sizeBytes !== null ? parts.mnemonic : split.stem,
    lengthBytes: null,
    prefixes: parts.prefixes,
    operands: complete,
    memory: [
      ...complete.flatMap((operand) => (operand.kind === 'memory' ? [operand.memory] : [])),
      ...(slot === null ? [] : [slot]),
    ],
    writes: writtenRegisters(complete, split, parts.prefixes, arch),
    flow: x86Flow(split.stem),
  };
}
