import type { Reading } from '@oopstream/core-transcript';
import type { InstructionOperand, MemoryOperand } from '../analysis';

type Arch = NonNullable<Reading['arch']>;

const ARM_NAMES: Readonly<Record<string, string>> = {
  sb: 'r9',
  sl: 'r10',
  r11: 'fp',
  r12: 'ip',
  r13: 'sp',
  r14: 'lr',
  r15: 'pc',
};

/** Name as in a register set; `null` for the registers that are always zero. */
function registerName(text: string, arch: Arch): string | null {
  const name = text.startsWith('%') || text.startsWith('$') ? text.slice(1) : text;
  if (arch === 'arm64') {
    if (name === 'xzr' || name === 'wzr') return null;
    return /^w\d{1,2}$/.test(name) ? `x${name.slice(1)}` : name === 'wsp' ? 'sp' : name;
  }
  if (name === 'zero') return null;
  return arch === 'arm' ? (ARM_NAMES[name] ?? name) : name;
}

function parseNumber(text: string): bigint | null {
  const match = /^#?(-?)(0x[0-9a-f]{1,16}|\d{1,20})$/.exec(text);
  if (match === null) return null;
  return match[1] === '-' ? -BigInt(match[2] ?? '0') : BigInt(match[2] ?? '0');
}

const blank: MemoryOperand = {
  base: null,
  index: null,
  scale: 1,
  displacement: 0n,
  segment: null,
  sizeBytes: null,
  access: 'read',
  implicit: false,
  target: null,
};

/** `[x1, #16]`, `[x1, x2, lsl #3]`, `[r1, -r2]`; a 32-bit index that is extended is named as such (`w2`). */
function parseBracketed(inside: string, arch: Arch): MemoryOperand | null {
  const [base, second, third, ...more] = inside.split(',').map((part) => part.trim());
  if (base === undefined || more.length > 0 || !/^[a-z]\w{1,3}$/.test(base)) return null;
  const memory = { ...blank, base: registerName(base, arch) };
  if (second === undefined) return memory;
  const displacement = parseNumber(second);
  if (displacement !== null) return third === undefined ? { ...memory, displacement } : null;
  if (!/^[a-z]\w{1,3}$/.test(second)) return null;
  const shift =
    third === undefined
      ? '0'
      : (/^(?:lsl|[su]xt[wx]) ?#?(\d)?$/.exec(third)?.[1] ?? (third.includes('#') ? null : '0'));
  if (shift === null) return null;
  const extended = second.startsWith('w') || (third?.startsWith('sxtw') ?? false);
  return { ...memory, index: extended ? second : registerName(second, arch), scale: 2 ** Number(shift) };
}

const DISPLACED = /^(-?(?:0x[0-9a-f]{1,16}|\d{1,20}))?\((%?\$?[a-z]\w{0,3}|0)(?:,(%?[a-z]\w{0,3}|0))?\)$/;

/** `16(r10)`, `0(a1)`; on s390x `D(X,B)`. */
function parseDisplaced(text: string, arch: Arch): MemoryOperand | null {
  const match = DISPLACED.exec(text);
  if (match === null) return null;
  const named = [match[2], match[3]].map((name) =>
    name === undefined || name === '0' || (arch === 's390x' && name === '%r0')
      ? null
      : registerName(name, arch),
  );
  const [first, second] = named;
  return {
    ...blank,
    base: (match[3] === undefined ? first : second) ?? null,
    index: (match[3] === undefined ? null : first) ?? null,
    displacement: parseNumber(match[1] ?? '0') ?? 0n,
    // Power's r0 as a base is the number zero.
    ...(arch === 'powerpc' && first === 'r0' ? { base: null } : {}),
  };
}

export interface RiscOperand {
  readonly operand: InstructionOperand | null;
  /** The base register is changed: `[x1, #8]!`. */
  readonly writesBack: boolean;
}

/** @returns operand `null` for what is no register, number, memory or target */
export function parseRiscOperand(text: string, branch: boolean, arch: Arch): RiscOperand {
  const bracketed = /^\[([^\]]{1,60})\](!?)$/.exec(text);
  if (bracketed !== null) {
    const memory = parseBracketed(bracketed[1] ?? '', arch);
    const operand = memory === null ? null : ({ kind: 'memory', memory } as const);
    return { operand, writesBack: bracketed[2] === '!' };
  }
  const displaced = parseDisplaced(text, arch);
  if (displaced !== null) return { operand: { kind: 'memory', memory: displaced }, writesBack: false };
  const value = parseNumber(text);
  const target = branch ? /^#?(?:0x)?([0-9a-f]{1,16})(?:\s|$)/.exec(text) : null;
  if (target !== null) {
    return { operand: { kind: 'target', address: BigInt(`0x${target[1] ?? '0'}`) }, writesBack: false };
  }
  if (value !== null) return { operand: { kind: 'immediate', value }, writesBack: false };
  if (!/^[%$]?[a-z]\w{0,5}!?$/.test(text)) return { operand: null, writesBack: false };
  const bare = text.replace('!', '');
  const sizeBytes = /^[ws]\d/.test(bare) || arch === 'arm' ? 4 : 8;
  const name = registerName(bare, arch) ?? bare;
  return { operand: { kind: 'register', name, sizeBytes }, writesBack: text.endsWith('!') };
}
