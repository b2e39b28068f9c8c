import type { CodeBytes, Reading } from '@oopstream/core-transcript';
import type { DecodedInstruction, Disassemble } from '../analysis';

type Arch = NonNullable<Reading['arch']>;

/** Bytes before the trap that are read backwards; what lies farther away explains little. */
const BACK_BYTES = 20;
/** Beginnings that are tried; chains of x86 instructions meet after a few. */
const STARTS = 6;
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

type Decode = (at: number) => DecodedInstruction | null;

/** Beginnings of instructions from `start` that end exactly at the trap; `null` where they do not. */
function chainFrom(start: number, trapAt: number, decode: Decode): readonly number[] | null {
  const chain: number[] = [];
  for (let at = start; at < trapAt;) {
    chain.push(at);
    const length = decode(at)?.lengthBytes ?? 0;
    if (length === 0) return null;
    at += length;
    if (at > trapAt) return null;
  }
  return chain;
}

/** What all chains agree on, back from the trap. */
function agreed(chains: readonly (readonly number[])[]): readonly number[] {
  const [first, ...others] = chains;
  if (first === undefined || chains.length < MIN_CHAINS) return [];
  const common: number[] = [];
  for (let back = 1; back <= first.length; back += 1) {
    const at = first[first.length - back];
    if (at === undefined || !others.every((chain) => chain[chain.length - back] === at)) break;
    common.unshift(at);
  }
  return common;
}

/**
 * Instructions before the trap. Where they have one length that is plain. x86 cannot be read backwards: it is read
 * from several beginnings, and only what all readings that meet the trap agree on is given.
 */
export function instructionsBefore(
  code: CodeBytes,
  trapAt: number,
  arch: Arch,
  disassemble: Disassemble,
  pointer: bigint,
): readonly PlacedInstruction[] {
  const memo = new Map<number, DecodedInstruction | null>();
  const decode: Decode = (at) => {
    const known = memo.get(at);
    if (known !== undefined) return known;
    const bytes = knownBytes(code, at, MAX_INSTRUCTION_BYTES);
    const decoded = disassemble(arch, bytes, pointer - BigInt(trapAt - at));
    memo.set(at, decoded);
    return decoded;
  };
  const place = (at: number): readonly PlacedInstruction[] => {
    const decoded = decode(at);
    return decoded === null ? [] : [{ at, decoded }];
  };
  const isThumb = arch === 'arm' && (pointer & 1n) === 1n;
  if (arch === 'arm64' || (arch === 'arm' && !isThumb)) {
    const words = Math.floor(Math.min(trapAt, BACK_BYTES) / WORD_BYTES);
    const placed: PlacedInstruction[] = [];
    for (let back = 1; back <= words; back += 1) {
      const [one] = place(trapAt - back * WORD_BYTES);
      if (one === undefined) break;
      placed.unshift(one);
    }
    return placed;
  }
  if (arch !== 'x86_64' && arch !== 'i386') return [];
  const begin = Math.max(0, trapAt - BACK_BYTES);
  const chains = Array.from({ length: STARTS }, (_, step) => chainFrom(begin + step, trapAt, decode));
  return agreed(chains.filter((chain) => chain !== null)).flatMap(place);
}
