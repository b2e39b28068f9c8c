import { addressHalf } from './canonical';
import { operandAddresses, registerValue, spellSum } from './effective-address';
import { findFaultOperand } from './fault-operand';
import { explainFetch, isFetch } from './why-fetch';
import { hex, type OperandAddress, type TrapContext, type TrapReason } from './trap-context';

/** The kernel calls an access below the first page one of NULL (arch/x86/mm/fault.c show_fault_oops). */
const FIRST_PAGE = 4096n;
/** No structure of the kernel is larger than this, in bytes. */
const MAX_STRUCTURE = 1n << 20n;
/** include/linux/err.h MAX_ERRNO. */
const MAX_ERRNO = 4095n;
/** RFLAGS.AC: user pages may be accessed (Intel SDM volume 3, 4.6). */
const ACCESS_ALLOWED = 1n << 18n;
/** Farther from the stack pointer, an access through it says nothing of the stack's end. */
const STACK_NEAR = 4096n;

const verb = (operand: OperandAddress): string =>
  operand.memory.access === 'read' ? 'reads' : operand.memory.access === 'write' ? 'writes' : 'changes';

function spellAccess(operand: OperandAddress): string {
  const { sizeBytes } = operand.memory;
  const bytes = sizeBytes === null ? '' : ` ${sizeBytes} byte${sizeBytes === 1 ? '' : 's'}`;
  return `the instruction ${verb(operand)}${bytes} at ${spellSum(operand.memory)}`;
}

/** Value of the only register that an address is made of, and what is added to it. */
function pointerOf(operand: OperandAddress, context: TrapContext) {
  const { base, index, displacement, segment } = operand.memory;
  if (base === null || base === 'rip' || index !== null || segment === 'gs' || segment === 'fs') return null;
  const value = registerValue(base, context.registers);
  return value === null ? null : { name: base, value, offset: displacement };
}

function explainLow(operand: OperandAddress, fault: bigint, context: TrapContext): TrapReason {
  const pointer = pointerOf(operand, context);
  const access = spellAccess(operand);
  if (pointer !== null && pointer.value === 0n) {
    const where =
      pointer.offset === 0n
        ? 'its first bytes'
        : `a field ${hex(pointer.offset)} bytes into what it should point to`;
    const claim = `${pointer.name} is NULL: ${access}, ${where}.`;
    return { slug: 'null-field', claim, confidence: 'certain', uses: [...operand.uses, 'fault-address'] };
  }
  if (pointer === null && operand.memory.base === null && operand.memory.index === null) {
    const claim = `The address ${hex(fault)} stands in the instruction itself: the compiler knew the pointer to be NULL.`;
    return { slug: 'null-constant', claim, confidence: 'certain', uses: [...operand.uses, 'fault-address'] };
  }
  const base = operand.memory.base === null ? null : registerValue(operand.memory.base, context.registers);
  const why =
    base === 0n && operand.memory.index !== null
      ? `${operand.memory.base ?? ''} is NULL`
      : 'NULL with an offset added before';
  const claim = `${access} = ${hex(fault)}, an address in the first page: ${why}.`;
  return {
    slug: 'small-address',
    claim: claim.charAt(0).toUpperCase() + claim.slice(1),
    confidence: 'likely',
    uses: [...operand.uses, 'fault-address'],
  };
}

function explainError(operand: OperandAddress, context: TrapContext): TrapReason | null {
  const pointer = pointerOf(operand, context);
  const narrow = context.arch === 'i386' || context.arch === 'arm';
  const error = pointer === null ? 0n : -BigInt.asIntN(narrow ? 32 : 64, pointer.value);
  if (pointer === null || error < 1n || error > MAX_ERRNO) return null;
  return {
    slug: 'error-pointer',
    claim: `${pointer.name} is -${error}: an error code used as a pointer (ERR_PTR), or a field of NULL taken back to its structure (container_of); ${spellAccess(operand)}.`,
    confidence: 'likely',
    uses: [...operand.uses, 'fault-address'],
  };
}

function explainUser(operand: OperandAddress, fault: bigint, context: TrapContext): TrapReason {
  const { codeWords, arch } = context;
  const access = `${spellAccess(operand)} = ${hex(fault)}, an address of user space`;
  const uses = [...operand.uses, 'fault-address', 'trap-code'] as const;
  const present = codeWords.includes('protection');
  const flags = context.registers.get('rflags') ?? context.registers.get('eflags');
  const isX86 = arch === 'x86_64' || arch === 'i386';
  if (
    present &&
    isX86 &&
    flags !== undefined &&
    (flags & ACCESS_ALLOWED) === 0n &&
    operand.memory.access === 'read'
  ) {
    const claim = `In kernel mode ${access}, whose page is present; AC is clear, so SMAP forbids it.`;
    return { slug: 'smap', claim, confidence: 'likely', uses: [...uses, 'register:rflags'] };
  }
  if (present && arch === 'arm64') {
    const claim = `In kernel mode ${access}, whose page is mapped: PAN forbids it.`;
    return { slug: 'pan', claim, confidence: 'likely', uses };
  }
  const unmapped = codeWords.includes('not-present') ? ' that is not mapped' : '';
  return {
    slug: 'user-address',
    claim: `In kernel mode ${access}${unmapped}: no kernel object lies there.`,
    // Kernels of 32 bits can be built with another split.
    confidence: arch === 'i386' || arch === 'arm' ? 'likely' : 'certain',
    uses,
  };
}

function explainStack(operand: OperandAddress, fault: bigint, context: TrapContext): TrapReason | null {
  const name = ['rsp', 'esp', 'sp'].find((one) => operand.memory.base === one);
  const pointer = name === undefined ? null : registerValue(name, context.registers);
  if (name === undefined || pointer === null || !context.codeWords.includes('not-present')) return null;
  const distance = fault > pointer ? fault - pointer : pointer - fault;
  if (distance > STACK_NEAR || fault < FIRST_PAGE) return null;
  return {
    slug: 'stack-slot',
    claim: `${name} = ${hex(pointer)} and the slot at ${hex(fault)} is not mapped: the stack has run over its end.`,
    confidence: 'likely',
    uses: [...operand.uses, 'fault-address', 'trap-code'],
  };
}

function explainKernel(operand: OperandAddress, fault: bigint, context: TrapContext): TrapReason | null {
  const { codeWords } = context;
  const uses = [...operand.uses, 'fault-address', 'trap-code'] as const;
  const stack = explainStack(operand, fault, context);
  if (stack !== null) return stack;
  if (codeWords.includes('write') && codeWords.includes('protection') && !codeWords.includes('pkey')) {
    const claim = `${spellSum(operand.memory)} = ${hex(fault)} is mapped and may not be written: a write to read-only memory.`;
    return { slug: 'write-protected', claim, confidence: 'certain', uses };
  }
  if (!codeWords.includes('not-present')) return null;
  const claim = `${spellSum(operand.memory)} = ${hex(fault)} is a kernel address that is not mapped.`;
  return { slug: 'unmapped', claim, confidence: 'certain', uses };
}

/** Bits 55 to 48: they choose the half; the byte above them may be a tag (arm64 TBI, KASAN by tags). */
const isTaggedKernel = (fault: bigint): boolean => ((fault >> 48n) & 0xffn) === 0xffn;

function explainNeither(operand: OperandAddress, fault: bigint): TrapReason {
  const where = `${spellSum(operand.memory)} = ${hex(fault)}`;
  const uses = [...operand.uses, 'fault-address'] as const;
  if (isTaggedKernel(fault)) {
    const claim = `${where} is a kernel address but for its top byte: a tag that does not fit the memory, or a pointer that was damaged.`;
    return { slug: 'non-canonical', claim, confidence: 'likely', uses };
  }
  const claim = `${where} lies in neither half of the address space: it is no pointer.`;
  return { slug: 'non-canonical', claim, confidence: 'certain', uses };
}

/** crash(8) prints no fault address: an operand at NULL is the likely one. */
function explainUnsaid(context: TrapContext): readonly TrapReason[] {
  const accessed = operandAddresses(context).filter(
    ({ memory }) => memory.access !== 'address' && !memory.implicit,
  );
  const [operand] = accessed;
  if (operand?.address == null || accessed.length !== 1 || operand.address >= FIRST_PAGE) return [];
  const reason = explainLow(operand, operand.address, context);
  return [{ ...reason, confidence: 'likely', uses: operand.uses }];
}

/** Page faults: of the fetch or of an operand, and why the address could not be accessed. */
export function explainPageFault(context: TrapContext): readonly TrapReason[] {
  const fault = context.faultAddress;
  if (fault === null) return explainUnsaid(context);
  if (!fault.trusted) return [];
  if (context.codeWords.includes('reserved-bit')) {
    const claim = `A reserved bit is set in the page tables of ${hex(fault.value)}: they are corrupted.`;
    return [
      { slug: 'page-table-corrupted', claim, confidence: 'likely', uses: ['fault-address', 'trap-code'] },
    ];
  }
  if (isFetch(context, fault.value)) return explainFetch(context, fault.value);
  const { operand } = findFaultOperand(context, fault.value);
  if (operand === null) return [];
  const known = explainError(operand, context);
  if (known !== null) return [known];
  const pointer = pointerOf(operand, context);
  // Larger displacements are tables of the kernel, and the register an index into them.
  const isNull = pointer?.value === 0n && pointer.offset >= 0n && pointer.offset < MAX_STRUCTURE;
  if (isNull || fault.value < FIRST_PAGE) return [explainLow(operand, fault.value, context)];
  const half = addressHalf(fault.value, context.arch);
  if (half === 'user') return [explainUser(operand, fault.value, context)];
  const reason =
    half === 'neither' ? explainNeither(operand, fault.value) : explainKernel(operand, fault.value, context);
  return reason === null ? [] : [reason];
}
