import type { CodeBytes, Reading } from '@oopstream/core-transcript';
import type { DecodedInstruction, Disassemble } from '../analysis';

type Arch = NonNullable<Reading['arch']>;

/** Bytes before the trap that are read backwards; what lies farther away explains little. */
const BACK_BYTES = 20;
/** Beginnings that are tried; chains of x86 instructions meet after a few. */
const STARTS = 6;
/** Those nearest to the trap. */
const MAX_INSTRUCTIONS = 4;
/** Chains that must agree. */
const MIN_CHAINS = 3;
const MAX_INSTRUCTION_BYTES = 15;
const WORD_BYTES = 4;

/** The bytes from `from` on, up to the first that is not known. */
export function knownBytes(code: CodeBytes, from: number, most: number): Uint8Array {
  const bytes: number[] = [];
  for (let at = from; at < code.bytes.length && bytes.length < most; at += 1) {
    const byte = code.bytes[at];
    if (byte == null) break;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

export interface PlacedInstruction {
  /** Index of its first byte in the code bytes. */
  readonly at: number;
  readonly decoded: DecodedInstruction;
}

type Lengths = NonNullable<Disassemble['lengths']>;

/** Beginnings of instructions from `start` that end exactly at the trap; `null` where they do not. */
function chainFrom(start: number, lengths: Uint8Array): readonly number[] | null {
  const chain: number[] = [];
  let at = start;
  while (at < lengths.length) {
    const length = lengths[at] ?? 0;
    if (length === 0) return null;
    chain.push(at);
    at += length;
  }
  return at === lengths.length ? chain : null;
}

/** What all chains agree on, back from the trap. */
function agreed(chains: readonly (readonly number[])[]): readonly number[] {
  const [first, ...others] = chains;
  if (first === undefined || chains.length < MIN_CHAINS) return [];
  const common: number[] = [];
  for (let back = 1; back <= Math.min(first.length, MAX_INSTRUCTIONS); back += 1) {
    const at = first[first.length - back];
    if (at === undefined || !others.every((chain) => chain[chain.length - back] === at)) break;
    common.unshift(at);
  }
  return common;
}

/** x86: from several beginnings, and only what all readings that meet the trap agree on. */
function beginsOfX86(code: CodeBytes, trapAt: number, arch: Arch, lengths: Lengths): readonly number[] {
  const first = Math.max(0, trapAt - BACK_BYTES);
  const bytes = knownBytes(code, first, trapAt - first);
  if (bytes.length !== trapAt - first) return [];
  const starts = Math.min(STARTS, bytes.length);
  const known = lengths(arch, bytes, starts);
  const chains = Array.from({ length: starts }, (_, start) => chainFrom(start, known));
  return agreed(chains.filter((chain) => chain !== null)).map((at) => first + at);
}

function begins(
  code: CodeBytes,
  trapAt: number,
  arch: Arch,
  lengths: Lengths | undefined,
): readonly number[] {
  if (arch === 'arm64' || arch === 'arm') {
    const words = Math.min(Math.floor(trapAt / WORD_BYTES), MAX_INSTRUCTIONS);
    return Array.from({ length: words }, (_, word) => trapAt - (words - word) * WORD_BYTES);
  }
  const isX86 = arch === 'x86_64' || arch === 'i386';
  return isX86 && lengths !== undefined ? beginsOfX86(code, trapAt, arch, lengths) : [];
}

/**
 * Instructions before the trap, in the order of memory, back to where the last of the wanted registers was written.
 * Where instructions have one length that is plain. x86 cannot be read backwards: it is read from several beginnings,
 * and only what all readings that meet the trap agree on is given.
 */
export function instructionsBefore(
  code: CodeBytes,
  trapAt: number,
  trap: { readonly arch: Arch; readonly pointer: bigint; readonly wanted: readonly string[] },
  disassemble: Disassemble,
): readonly PlacedInstruction[] {
  const { arch, pointer } = trap;
  const wanted = new Set(trap.wanted);
  // Thumb: words of two sizes.
  if (wanted.size === 0 || (arch === 'arm' && (pointer & 1n) === 1n)) return [];
  const placed: PlacedInstruction[] = [];
  for (const at of begins(code, trapAt, arch, disassemble.lengths).toReversed()) {
    const bytes = knownBytes(code, at, MAX_INSTRUCTION_BYTES);
    const decoded = disassemble(arch, bytes, pointer - BigInt(trapAt - at));
    if (decoded === null) break;
    placed.unshift({ at, decoded });
    for (const name of decoded.writes) wanted.delete(name);
    if (wanted.size === 0 || decoded.flow === 'return' || decoded.flow === 'trap') break;
  }
  return placed;
}
