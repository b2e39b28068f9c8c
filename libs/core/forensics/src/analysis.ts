import type { CrashDetails, Reading, Session, Span } from '@oopstream/core-transcript';

/**
 * How sure a claim is. `certain`: the text shows it, no other explanation is left; `likely`: what an engineer would act
 * on; `hint`: worth a look.
 */
export type Confidence = 'certain' | 'likely' | 'hint';

/** Bytes of the transcript that show a claim, and what they show. */
export interface Evidence {
  readonly span: Span;
  /** Which of several texts of one crash `span` is of (`analyseTexts`); absent: the one that was analysed. */
  readonly text?: number;
  /** What these bytes say, for instance `RBP`, `saved RIP`, `freelist`. */
  readonly note: string;
}

export interface Finding {
  /** Closed list, kebab-case: what sort of claim this is (`register-reading`, `instruction`, `effective-address`, …). */
  readonly kind: FindingKind;
  /** One sentence in an engineer's words; values in hexadecimal as the transcript prints them. */
  readonly claim: string;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  /** The crash(8) or drgn command that would confirm it; `null` where nothing is left to confirm. */
  readonly confirm: string | null;
}

export type FindingKind =
  | 'source'
  | 'release'
  | 'task'
  | 'registers-recovered'
  | 'instruction'
  | 'effective-address'
  | 'why-this-trap'
  | 'value'
  | 'value-chain'
  | 'structure'
  | 'system-call'
  | 'allocation'
  | 'lock'
  | 'object'
  | 'hardware'
  | 'sanitizer';

/** Classes of cause; docs/forensics.md says what each means and what it takes. */
export type VerdictClass =
  | 'memory-overwrite'
  | 'use-after-free'
  | 'double-free'
  | 'list-corruption'
  | 'null-pointer'
  | 'wild-pointer'
  | 'user-pointer'
  | 'write-to-read-only'
  | 'uninitialised'
  | 'out-of-bounds'
  | 'stack-overflow'
  | 'stack-buffer-overflow'
  | 'refcount-misuse'
  | 'deadlock'
  | 'lockup'
  | 'hung-task'
  | 'sleep-in-atomic'
  | 'arithmetic'
  | 'invalid-instruction'
  | 'code-unloaded'
  | 'out-of-memory'
  | 'hardware-error'
  | 'bit-flip'
  | 'bad-dma'
  | 'firmware'
  | 'deliberate'
  | 'assertion'
  | 'unknown';

export interface Verdict {
  readonly class: VerdictClass;
  readonly confidence: Confidence;
  /** One paragraph that a kernel engineer would sign. */
  readonly text: string;
  readonly flags: readonly VerdictFlag[];
  /** Who is suspected where it is not the function that trapped; `null` where nobody else is. */
  readonly culprit: { readonly name: string; readonly confidence: Confidence; readonly why: string } | null;
}

export type VerdictFlag = 'out-of-tree-module-suspected' | 'victim-differs-from-culprit' | 'shared-victim';

/** A register with what its value looks like. */
export interface RegisterReading {
  readonly name: string;
  /** Lower-case hexadecimal without `0x`, padded to the register's width. */
  readonly value: string;
  /** `printed` by the kernel or crash(8), or `recovered` from stack words. */
  readonly origin: 'printed' | 'recovered';
  /** In words, best first (`kernel text`, `USB string descriptor, 56 bytes, "Vir…"`); `null` where nothing is known. */
  readonly meaning: string | null;
  readonly span: Span;
  /** As {@link Evidence.text}. */
  readonly text?: number;
}

/** How likely hardware is to blame, 0 to 1, with what speaks for it. */
export interface HardwareLikelihood {
  readonly value: number;
  readonly parts: readonly {
    readonly reason: string;
    readonly weight: number;
    readonly evidence: readonly Evidence[];
  }[];
}

/** A command that would tell more. */
export interface Recipe {
  readonly command: string;
  readonly why: string;
}

/** What the evidence of one crash says. */
export interface Analysis {
  readonly version: number;
  readonly verdict: Verdict;
  /** Slab cache of the memory in question, `kmalloc-256`; `null` where the text does not tell. */
  readonly slabCache: string | null;
  readonly findings: readonly Finding[];
  /** Registers at the trap; empty where the text has none. */
  readonly registers: readonly RegisterReading[];
  readonly hardware: HardwareLikelihood;
  /** The shortest list of commands that would settle it, most telling first. */
  readonly missing: readonly Recipe[];
}

/** All that a text says of one crash. */
export interface CrashEvidence {
  readonly reading: Reading;
  readonly details: CrashDetails;
  /** `null` where the text has no crash(8) output. */
  readonly session: Session | null;
}

/** One operand of a decoded instruction that touches memory. */
export interface MemoryOperand {
  /** Register names as in {@link RegisterSet}; `null` where absent. `rip` for position-relative operands. */
  readonly base: string | null;
  readonly index: string | null;
  readonly scale: number;
  readonly displacement: bigint;
  /** `ss`, `ds`, `gs`, …: the segment the processor uses; `null` where the architecture has none. */
  readonly segment: string | null;
  readonly sizeBytes: number | null;
  readonly access: 'read' | 'write' | 'read-write' | 'address';
  /** Not written in the text: the stack slot of `push`, `pop`, `call`, `ret`. */
  readonly implicit: boolean;
  /** The whole address where it needs no register: position-relative and absolute operands; `null` otherwise. */
  readonly target: bigint | null;
}

/** One operand as written, in the order of the text (AT&T on x86: the destination is last). */
export type InstructionOperand =
  | { readonly kind: 'register'; readonly name: string; readonly sizeBytes: number }
  | { readonly kind: 'immediate'; readonly value: bigint }
  | { readonly kind: 'memory'; readonly memory: MemoryOperand }
  | { readonly kind: 'target'; readonly address: bigint };

/** An instruction as a disassembler or `dis` shows it. */
export interface DecodedInstruction {
  /** Text as crash(8) prints it (AT&T on x86). */
  readonly text: string;
  readonly mnemonic: string;
  readonly lengthBytes: number | null;
  /** `lock`, `rep`, …, in the order of the text. */
  readonly prefixes: readonly string[];
  readonly operands: readonly InstructionOperand[];
  /** All memory that is touched, implicit stack slots and string operands included. */
  readonly memory: readonly MemoryOperand[];
  /** Registers the instruction writes, widest name (`rax` for `eax`). */
  readonly writes: readonly string[];
  readonly flow: 'next' | 'jump' | 'call' | 'return' | 'trap' | 'other';
}

/**
 * Decodes one instruction at the beginning of `bytes`; `null` for what is none or an architecture that is not known.
 * On arm an odd address means Thumb, as in the processor's own interworking.
 */
export interface Disassemble {
  (arch: Arch, bytes: Uint8Array, address: bigint): DecodedInstruction | null;
  /**
   * Only the lengths, many times cheaper: of the instruction at each byte that is reached when `bytes` are read on from
   * each of the first `starts` of them; 0 where there is none or where nothing led to. As many as there are bytes.
   * Absent: code is not read backwards where instructions differ in length.
   */
  readonly lengths?: ((arch: Arch, bytes: Uint8Array, starts: number) => Uint8Array) | undefined;
}

type Arch = NonNullable<Reading['arch']>;
