import type { InstructionOperand, MemoryOperand } from '../analysis';
import { defaultSegment, findX86Register } from './x86-registers';

type X86 = 'x86_64' | 'i386';

const MEMORY =
  /^(?:%([a-z]{2}):)?(-?(?:0x[0-9a-f]{1,16}|\d{1,20}))?(?:\((%[a-z0-9]{2,5})?(?:,(%[a-z0-9]{2,5})?(?:,([1248]))?)?\))?$/;

function parseNumber(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

/** A number as the processor sees it: 64 or 32 bits, unsigned. */
export function wrapAddress(value: bigint, arch: string): bigint {
  return BigInt.asUintN(arch === 'i386' || arch === 'arm' ? 32 : 64, value);
}

function registerName(text: string | undefined, arch: X86): string | null {
  if (text === undefined) return null;
  const name = text.slice(1);
  if (name === 'eiz' || name === 'riz') return null;
  return findX86Register(name, arch)?.widest ?? name;
}

function parseMemory(text: string, comment: bigint | null, arch: X86): MemoryOperand | null {
  const match = MEMORY.exec(text);
  if (match === null || (match[2] === undefined && match[3] === undefined && match[4] === undefined))
    return null;
  const base = registerName(match[3], arch);
  const index = registerName(match[4], arch);
  const displacement = parseNumber(match[2] ?? '0');
  const absolute = base === null && index === null ? wrapAddress(displacement, arch) : null;
  return {
    base,
    index,
    scale: Number(match[5] ?? 1),
    displacement,
    segment: match[1] ?? defaultSegment(base),
    sizeBytes: null,
    access: 'read',
    implicit: false,
    target: base === 'rip' ? comment : absolute,
  };
}

/**
 * One operand of AT&T text, without the `*` of an indirect jump.
 *
 * @param comment the address behind `#`, which says where a position-relative operand lies
 * @param branch bare numbers are where a jump or call goes, not memory
 * @returns `null` for what is no operand
 */
export function parseAttOperand(
  text: string,
  comment: bigint | null,
  branch: boolean,
  arch: X86,
): InstructionOperand | null {
  if (text.startsWith('$')) {
    const number = /^\$(-?(?:0x[0-9a-f]{1,16}|\d{1,20}))$/.exec(text);
    return number === null ? null : { kind: 'immediate', value: parseNumber(number[1] ?? '0') };
  }
  const name = /^%([a-z0-9]{2,5}|st\(\d\))$/.exec(text)?.[1];
  if (name !== undefined) {
    const register = findX86Register(name, arch);
    const vectorBytes = name.startsWith('xmm') ? 16 : name.startsWith('ymm') ? 32 : 8;
    return {
      kind: 'register',
      name: register?.widest ?? name,
      sizeBytes: register?.sizeBytes ?? vectorBytes,
    };
  }
  const target = branch ? /^(?:0x)?([0-9a-f]{1,16})(?:\s|$)/.exec(text) : null;
  if (target !== null) return { kind: 'target', address: BigInt(`0x${target[1] ?? '0'}`) };
  const memory = parseMemory(text, comment, arch);
  return memory === null ? null : { kind: 'memory', memory };
}

/** Splits at commas that stand outside parentheses. */
export function splitOperands(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '(' || character === '[' || character === '{') depth += 1;
    else if (character === ')' || character === ']' || character === '}') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === '' && parts.length === 0 ? [] : [...parts, last];
}
