import type {
  CodeBytes,
  CrashDetails,
  Instruction,
  Reading,
  RegisterSet,
  Session,
  Sourced,
  Span,
} from '@oopstream/core-transcript';
import type { Confidence, DecodedInstruction, Disassemble, MemoryOperand } from '../analysis';
import { DEFAULT_ANALYSIS_LIMITS, type AnalysisLimits } from '../analysis-limits';
import { instructionsBefore, knownBytes } from './code-window';
import { parseInstructionText } from './instruction-text';
import { joinsInCode, joinsInListing } from './join-points';

type Arch = NonNullable<Reading['arch']>;

/** What the instruction is looked for in. */
export interface SiteEvidence {
  readonly arch: Arch;
  readonly reading: Reading;
  readonly details: CrashDetails;
  readonly session: Session | null;
  /** At the trap, printed or recovered. */
  readonly registers: ReadonlyMap<string, Sourced<bigint>>;
  readonly limits?: Pick<AnalysisLimits, 'maxListing' | 'maxInstructions'> | undefined;
}

/** An instruction with the bytes of the transcript that show it. */
export interface ShownInstruction {
  readonly decoded: DecodedInstruction;
  readonly span: Span;
  /** A jump seen in the text leads here: what stands before was not always executed. */
  readonly isJoined: boolean;
}

/** The instruction that trapped and what stands before it. */
export interface TrapSite {
  readonly trapped: ShownInstruction;
  /** `code`: the kernel's `Code:` bytes; `listing`: a line of `dis`. */
  readonly from: 'code' | 'listing';
  readonly confidence: Confidence;
  /** The same instruction in the other place, where the text has both. */
  readonly alsoAt: Span | null;
  /** `dis` lists another instruction there than the one that the kernel saw. */
  readonly differs: Instruction | null;
  readonly address: bigint | null;
  /** In the order of memory, ending right before the trap; `null` for a line that cannot be read. */
  readonly before: readonly (ShownInstruction | null)[];
}

/** Traps that the address of an operand can be the reason of. */
export const ACCESS_TRAPS: ReadonlySet<string> = new Set([
  'page_fault',
  'general_protection',
  'stack_segment',
  'alignment_check',
  'double_fault',
]);

const POINTERS = ['rip', 'eip', 'pc', 'nip', 'epc', 'era', 'psw_addr'];
const MAX_BYTES = 15;
/** Longest instruction: what lies farther apart is not one listing. */
const MAX_GAP = 15n;
/** Kernels before 2.6 printed 20 bytes from the instruction pointer on, without a mark (arch/i386/kernel/traps.c). */
const UNMARKED_BYTES = 20;

/** Where the instruction pointer stood: its register, else the address in the headline. */
export function findPointer(evidence: SiteEvidence): bigint | null {
  for (const name of POINTERS) {
    const value = evidence.registers.get(name)?.value;
    if (value !== undefined) return value;
  }
  const address = evidence.reading.fault?.address;
  return address != null && /^[0-9a-f]{1,16}$/.test(address) ? BigInt(`0x${address}`) : null;
}

function isUserState(set: RegisterSet): boolean {
  const selector = set.values.get('cs')?.value;
  return selector === undefined ? set.of === 'user' : (selector & 3n) === 3n;
}

/** The kernel prints the code of user space too: it stands with the registers of user space. */
function isKernelCode(code: CodeBytes, details: CrashDetails): boolean {
  const holder =
    details.registers.find(({ span }) => span.start <= code.span.start && code.span.end <= span.end) ??
    details.registers.filter(({ span }) => span.start <= code.span.start).at(-1);
  return holder === undefined || !isUserState(holder);
}

/** Without the instruction pointer nothing is known of where relative operands and jumps lead. */
function withoutPlace(decoded: DecodedInstruction): DecodedInstruction {
  const unplaced = (memory: MemoryOperand): MemoryOperand =>
    memory.base === 'rip' ? { ...memory, target: null } : memory;
  const isRelative = decoded.operands.some(({ kind }) => kind === 'target');
  return {
    ...decoded,
    text: isRelative ? decoded.text.replace(/ #?0x[0-9a-f]+$/, '') : decoded.text,
    memory: decoded.memory.map(unplaced),
    operands: decoded.operands.flatMap((operand) =>
      operand.kind === 'target'
        ? []
        : [operand.kind === 'memory' ? { kind: 'memory', memory: unplaced(operand.memory) } : operand],
    ),
  };
}

/** The disassembler for an instruction pointer that may not be known. */
function placed(disassemble: Disassemble, pointer: bigint | null): Disassemble {
  if (pointer !== null) return disassemble;
  const decode = (...args: Parameters<Disassemble>) => {
    const decoded = disassemble(...args);
    return decoded === null ? null : withoutPlace(decoded);
  };
  return Object.assign(decode, { lengths: disassemble.lengths });
}

interface FromCode {
  readonly trapped: ShownInstruction;
  readonly trapAt: number;
  readonly isMarked: boolean;
}

function readCode(evidence: SiteEvidence, disassemble: Disassemble, pointer: bigint): FromCode | null {
  const { arch, details } = evidence;
  const { code } = details;
  if (code === null || !isKernelCode(code, details)) return null;
  const isOld = arch === 'i386' && code.bytes.length <= UNMARKED_BYTES;
  const trapAt = code.trapAt ?? (isOld ? 0 : null);
  if (trapAt === null) return null;
  const decoded = disassemble(arch, knownBytes(code, trapAt, MAX_BYTES), pointer);
  return decoded === null
    ? null
    : { trapped: { decoded, span: code.span, isJoined: false }, trapAt, isMarked: code.trapAt !== null };
}

/** Lines of `dis` up to and with the trapping one: by address, else by function and offset. */
function listingUpTo(evidence: SiteEvidence, pointer: bigint | null): readonly Instruction[] {
  const lines = evidence.session?.instructions ?? [];
  const fault = evidence.reading.fault;
  const at = lines.findIndex(
    (line) =>
      line.address === pointer ||
      (pointer === null &&
        fault?.ofCrash === true &&
        line.function === fault.function &&
        line.offset === fault.offset),
  );
  if (at === -1) return [];
  const { maxListing } = evidence.limits ?? DEFAULT_ANALYSIS_LIMITS;
  let first = at;
  for (; first > Math.max(0, at - maxListing); first -= 1) {
    const line = lines[first];
    const previous = lines[first - 1];
    if (line === undefined || previous === undefined) break;
    const gap = line.address - previous.address;
    if (gap <= 0n || gap > MAX_GAP || previous.function !== line.function) break;
  }
  return lines.slice(first, at + 1);
}

function shown(line: Instruction, arch: Arch, joins: ReadonlySet<bigint>): ShownInstruction | null {
  const decoded = line.text === '' ? null : parseInstructionText(line.text, arch);
  return decoded === null ? null : { decoded, span: line.span, isJoined: joins.has(line.address) };
}

/** What the address of the access was made of. */
function addressParts(trapped: DecodedInstruction): readonly string[] {
  const accessed = trapped.memory.filter(({ access, implicit }) => access !== 'address' && !implicit);
  return accessed
    .flatMap(({ base, index }) => [base, index].filter((name) => name !== null))
    .filter((name) => name !== 'rip');
}

function readListed(evidence: SiteEvidence, listing: readonly Instruction[]): TrapSite['before'] {
  const { arch, session } = evidence;
  const all = session?.instructions ?? [];
  // A jump that is not seen would make what is said too sure.
  if (all.length > (evidence.limits ?? DEFAULT_ANALYSIS_LIMITS).maxInstructions) return [];
  const joins = joinsInListing(all, arch);
  return listing.slice(0, -1).map((line) => shown(line, arch, joins));
}

function readBytes(evidence: SiteEvidence, from: FromCode, pointer: bigint, disassemble: Disassemble) {
  const { arch, details } = evidence;
  const { code } = details;
  const joins = code === null ? new Set<number>() : joinsInCode(code, arch);
  // A jump to the trapping instruction itself: nothing before it need have been executed.
  if (code === null || joins.has(from.trapAt)) return [];
  const trap = { arch, pointer, wanted: addressParts(from.trapped.decoded) };
  return instructionsBefore(code, from.trapAt, trap, disassemble).map(({ at, decoded }) => ({
    decoded,
    span: code.span,
    isJoined: joins.has(at),
  }));
}

/** Same operation on the same memory; where a jump goes is spelt in too many ways. */
export function isSameInstruction(one: DecodedInstruction, other: DecodedInstruction): boolean {
  if (one.mnemonic !== other.mnemonic || one.operands.length !== other.operands.length) return false;
  return one.operands.every((operand, position) => {
    const twin = other.operands[position];
    if (operand.kind === 'register') return twin?.kind === 'register' && twin.name === operand.name;
    if (operand.kind === 'immediate') return twin?.kind === 'immediate' && twin.value === operand.value;
    if (operand.kind === 'target') return twin?.kind === 'target';
    if (twin?.kind !== 'memory') return false;
    const { base, index, scale, displacement } = operand.memory;
    const like = twin.memory;
    return (
      base === like.base && index === like.index && scale === like.scale && displacement === like.displacement
    );
  });
}

/**
 * Finds the instruction that trapped: in the bytes of `Code:` at their mark, in the `dis` line at the instruction
 * pointer, or in both.
 *
 * @returns `null` where the text has neither
 */
export function findTrapSite(evidence: SiteEvidence, decode: Disassemble): TrapSite | null {
  const { arch } = evidence;
  const pointer = findPointer(evidence);
  const disassemble = placed(decode, pointer);
  const fromCode = readCode(evidence, disassemble, pointer ?? 0n);
  const listing = listingUpTo(evidence, pointer);
  const last = listing.at(-1);
  const fromText = last === undefined ? null : shown(last, arch, new Set());
  const trapped = fromCode?.trapped ?? fromText;
  if (trapped === null) return null;
  const agrees =
    fromCode !== null && fromText !== null && isSameInstruction(fromCode.trapped.decoded, fromText.decoded);
  // Only a trap of an access asks where its address came from.
  const isAccess = ACCESS_TRAPS.has(evidence.reading.exception ?? '');
  return {
    trapped,
    from: fromCode === null ? 'listing' : 'code',
    confidence: fromCode === null || fromCode.isMarked || agrees ? 'certain' : 'likely',
    alsoAt: agrees ? fromText.span : null,
    differs: fromCode !== null && fromText !== null && !agrees ? (last ?? null) : null,
    address: pointer ?? last?.address ?? null,
    before: !isAccess
      ? []
      : listing.length > 1
        ? readListed(evidence, listing)
        : fromCode === null
          ? []
          : readBytes(evidence, fromCode, pointer ?? 0n, disassemble),
  };
}
