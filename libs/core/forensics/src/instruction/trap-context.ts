import type { Reading } from '@oopstream/core-transcript';
import type { Confidence, DecodedInstruction, MemoryOperand } from '../analysis';

/** What is known of the moment of the trap. */
export interface TrapContext {
  readonly arch: NonNullable<Reading['arch']>;
  /** Canonical trap name; `null` where the crash is no trap. */
  readonly exception: string | null;
  /** Kind of the reading. */
  readonly kind: string;
  /** `null` where it could not be read. */
  readonly instruction: DecodedInstruction | null;
  /** Instruction pointer; `null` where the text names the function only. */
  readonly pointer: bigint | null;
  readonly registers: ReadonlyMap<string, bigint>;
  readonly faultAddress: { readonly value: bigint; readonly trusted: boolean } | null;
  /** Words of the error code ({@link TrapCode}). */
  readonly codeWords: readonly string[];
}

/** Where the bytes of evidence for a reason are found. */
export type EvidenceSource = 'instruction' | 'fault-address' | 'trap-code' | 'pointer' | `register:${string}`;

export type TrapReasonSlug =
  | 'stack-segment-non-canonical'
  | 'non-canonical'
  | 'non-canonical-target'
  | 'segment-load'
  | 'model-specific-register'
  | 'control-register'
  | 'return-frame'
  | 'unaligned'
  | 'state-area'
  | 'null-field'
  | 'null-constant'
  | 'small-address'
  | 'null-call'
  | 'error-pointer'
  | 'user-address'
  | 'smap'
  | 'smep'
  | 'pan'
  | 'no-execute'
  | 'fetch-unmapped'
  | 'write-protected'
  | 'page-table-corrupted'
  | 'stack-slot'
  | 'unmapped'
  | 'divide-by-zero'
  | 'divide-overflow'
  | 'trap-instruction'
  | 'breakpoint'
  | 'invalid-opcode';

/** Why the processor trapped here and in this way. */
export interface TrapReason {
  readonly slug: TrapReasonSlug;
  readonly claim: string;
  readonly confidence: Confidence;
  readonly uses: readonly EvidenceSource[];
}

/** Where a memory operand lies, with the registers at the trap. */
export interface OperandAddress {
  readonly memory: MemoryOperand;
  /** `null` where a register that takes part is not known. */
  readonly address: bigint | null;
  readonly uses: readonly EvidenceSource[];
}

export const hex = (value: bigint): string => `0x${value.toString(16)}`;
