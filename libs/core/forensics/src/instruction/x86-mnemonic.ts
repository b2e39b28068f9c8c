import {
  ADDRESS_ONLY,
  CHANGES_LAST,
  IMPLICIT_WRITES,
  READS_LAST,
  STRING_OPERATIONS,
  WRITES_BOTH,
  WRITES_LAST,
} from '../tables/x86-mnemonics';

/** An AT&T mnemonic taken apart. */
export interface X86Mnemonic {
  /** Without size suffix. */
  readonly stem: string;
  /** From the suffix; `null` where none. */
  readonly sizeBytes: number | null;
}

const SUFFIX_BYTES: Readonly<Record<string, number>> = { b: 1, w: 2, l: 4, q: 8 };
const isKnown = (name: string): boolean =>
  READS_LAST.has(name) ||
  WRITES_LAST.has(name) ||
  ADDRESS_ONLY.has(name) ||
  CHANGES_LAST.has(name) ||
  WRITES_BOTH.has(name) ||
  STRING_OPERATIONS.has(name) ||
  IMPLICIT_WRITES.has(name);

/** Widening moves name the size of their source before that of their target (`movzbl`, `movslq`). */
const WIDENING = /^mov[sz]([bwl])[wlq]?$/;

export function splitX86Mnemonic(mnemonic: string, betweenStrings: boolean): X86Mnemonic {
  const suffixBytes = SUFFIX_BYTES[mnemonic.at(-1) ?? ''] ?? null;
  const stem = mnemonic.slice(0, -1);
  if (suffixBytes !== null && STRING_OPERATIONS.has(stem) && (stem !== 'movs' || betweenStrings)) {
    return { stem, sizeBytes: suffixBytes };
  }
  const widening = WIDENING.exec(mnemonic);
  if (widening !== null && !betweenStrings) {
    return { stem: mnemonic, sizeBytes: SUFFIX_BYTES[widening[1] ?? ''] ?? null };
  }
  if (isKnown(mnemonic) || suffixBytes === null || !isKnown(stem)) return { stem: mnemonic, sizeBytes: null };
  // The letters of the x87 mean other sizes.
  return { stem, sizeBytes: mnemonic.startsWith('f') ? null : suffixBytes };
}

export type OperandAccess = 'read' | 'write' | 'read-write' | 'address' | 'none';

const CONDITIONAL_MOVE = /^cmov/;
const SET = /^set[a-z]+$/;
const JUMP = /^j[a-z]+$/;

function lastAccess(stem: string, operandCount: number): OperandAccess {
  if (READS_LAST.has(stem) || JUMP.test(stem)) return 'read';
  if (WRITES_LAST.has(stem) || SET.test(stem)) return 'write';
  if (stem === 'imul') return operandCount === 1 ? 'read' : operandCount === 3 ? 'write' : 'read-write';
  // Three operands of the vector forms: the last is only a target.
  return stem.startsWith('v') && operandCount >= 3 ? 'write' : 'read-write';
}

/** What the instruction does to operand `position` of `count`, in AT&T order. */
export function x86OperandAccess(
  stem: string,
  position: number,
  count: number,
  isMemory: boolean,
): OperandAccess {
  if (isMemory && ADDRESS_ONLY.has(stem)) return 'address';
  if (!isMemory && stem !== 'lea' && ADDRESS_ONLY.has(stem)) return 'none';
  if (WRITES_BOTH.has(stem)) return 'read-write';
  if (position !== count - 1) return 'read';
  return CONDITIONAL_MOVE.test(stem) ? 'read-write' : lastAccess(stem, count);
}

export function x86ImplicitWrites(
  stem: string,
  prefixes: readonly string[],
  operandCount: number,
): readonly string[] {
  const repeats = prefixes.some((prefix) => prefix.startsWith('rep')) && STRING_OPERATIONS.has(stem);
  const multiplies = stem === 'imul' && operandCount === 1;
  return [
    ...(IMPLICIT_WRITES.get(stem) ?? []),
    ...(repeats ? ['rcx'] : []),
    ...(multiplies ? ['rax', 'rdx'] : []),
  ];
}

const TRAP = /^(?:ud[012](?:[abwlq])?|int3?|into|icebp|int1|bound)$/;

export function x86Flow(stem: string): 'next' | 'jump' | 'call' | 'return' | 'trap' | 'other' {
  if (stem === 'call' || stem === 'lcall') return 'call';
  if (JUMP.test(stem) || stem === 'ljmp' || stem.startsWith('loop')) return 'jump';
  if (/^(?:ret|lret|iret|sysret|sysexit|uiret)/.test(stem)) return 'return';
  if (TRAP.test(stem)) return 'trap';
  return stem === 'syscall' || stem === 'sysenter' || stem === 'vmlaunch' || stem === 'vmresume'
    ? 'other'
    : 'next';
}
