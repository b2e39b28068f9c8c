import type { Arch } from '@oopstream/core-transcript';
import type { Confidence } from '../analysis';

/** What a value can be read as. Closed list; `VALUE_KINDS` says how often each fires by accident. */
export type ValueKind =
  | 'zero'
  | 'all-ones'
  | 'null-offset'
  | 'small-integer'
  | 'negative-integer'
  | 'error-pointer'
  | 'poison'
  | 'poison-offset'
  | 'poison-part'
  | 'magic'
  | 'kasan-shadow'
  | 'known-range'
  | 'kernel-address'
  | 'user-address'
  | 'per-cpu-offset'
  | 'non-canonical'
  | 'bit-flip'
  | 'shifted-pointer'
  | 'truncated-pointer'
  | 'obfuscated-freelist'
  | 'decoded-freelist'
  | 'ascii'
  | 'ascii-part'
  | 'utf-16'
  | 'usb-descriptor'
  | 'network'
  | 'mac-address'
  | 'pci'
  | 'floating-point'
  | 'timestamp'
  | 'since-boot'
  | 'jiffies'
  | 'uuid'
  | 'gfp-flags'
  | 'stack-canary'
  | 'list-head'
  | 'self-pointer';

/** Parts of the address space, whatever the architecture calls them. */
export type AddressArea =
  | 'user'
  | 'direct-map'
  | 'vmalloc'
  | 'vmemmap'
  | 'modules'
  | 'kernel-text'
  | 'kernel-image'
  | 'fixmap'
  | 'cpu-entry-area'
  | 'espfix'
  | 'efi'
  | 'kasan-shadow'
  | 'vsyscall'
  | 'ldt'
  | 'io'
  | 'guard-hole'
  | 'unused-hole'
  | 'stack'
  | 'per-cpu'
  | 'object'
  | 'dynamic';

/** A range that the text itself names: a task's stack, a module, the slide of the kernel. Half open. */
export interface KnownRange {
  readonly start: bigint;
  readonly end: bigint;
  readonly area: AddressArea;
  /** As people would call it (`stack of task 1234`, `module ext4`). */
  readonly name: string;
}

/** What the place of a value says of it. `any`: a register or word of which nothing is known. */
export type ValueRole =
  'any' | 'address' | 'gfp' | 'freelist' | 'time' | 'uuid' | 'pci-config' | 'canary' | 'per-cpu-offset';

/** What is known of the machine and the crash. Facts that the text lacks are `null`, never guessed. */
export interface ValueContext {
  readonly arch: Arch | null;
  readonly widthBits: 32 | 64;
  /** Levels of x86_64 page tables. */
  readonly pagingLevels: 4 | 5 | null;
  /** Bits of a kernel virtual address on arm64 and riscv (39, 42, 47, 48, 52, 57). */
  readonly vaBits: number | null;
  /** Upstream version that the release is based on; distributions port layouts back, so it never makes a claim certain. */
  readonly release: { readonly major: number; readonly minor: number } | null;
  readonly littleEndian: boolean;
  /** Whether areas are at random bases; `null` where the text does not say. */
  readonly kaslr: boolean | null;
  readonly known: readonly KnownRange[];
  /** Other values of the same crash that were used as addresses without a fault, for instance the stack pointer. */
  readonly pointers: readonly bigint[];
  /** Wall clock of the crash, milliseconds since 1970 UTC. */
  readonly crashedAtMs: number | null;
  readonly uptimeSeconds: number | null;
  readonly role: ValueRole;
  /** Secret of the slab cache and address of the word, for hardened freelist pointers. */
  readonly freelist: { readonly random: bigint; readonly pointerAddress: bigint } | null;
}

/** Facts behind a reading; absent where they make no sense for its kind. */
export interface ValueDetails {
  /** Symbolic name: `LIST_POISON1`, `EINVAL`, a known range's name. */
  readonly name?: string;
  readonly area?: AddressArea;
  /** Text that the bytes spell, in memory order. */
  readonly decoded?: string;
  /** Bytes that the whole thing says it has, for instance a descriptor's `bLength`. */
  readonly lengthBytes?: number;
  /** The address meant: with the bit flipped back, whose shadow this is, the decoded freelist pointer. */
  readonly target?: bigint;
  readonly bit?: number;
  /** Distance from the named value or range's begin. */
  readonly offset?: bigint;
  /** Kernel file, specification or paper that defines it. */
  readonly source?: string;
}

/** One way to read a value. */
export interface ValueReading {
  readonly kind: ValueKind;
  /** In an engineer's words. */
  readonly text: string;
  /** Bits of evidence: a random word would match as narrowly once in two to the power of this. Readings are sorted by it. */
  readonly weightBits: number;
  readonly confidence: Confidence;
  readonly details: ValueDetails;
}

/** A reading of several bytes, half-open byte range of what was given. */
export interface BytesReading {
  readonly start: number;
  readonly end: number;
  readonly reading: ValueReading;
}

/** A word of memory; `null`: the text does not say what it holds. */
export interface AddressedWord {
  readonly address: bigint;
  readonly value: bigint | null;
}

/** A reading of several words, half-open range of indexes. */
export interface WordsReading {
  readonly start: number;
  readonly end: number;
  readonly reading: ValueReading;
}
