import type {
  DecodedInstruction,
  Disassemble,
  InstructionOperand,
  MemoryOperand,
} from '@oopstream/core-forensics';
import { parseInstructionText } from '@oopstream/core-forensics';
import type { Instruction, InstructionInfoFactory, Register, UsedMemory, UsedRegister } from 'iced-x86';
import type * as IcedModule from 'iced-x86';
import { createX86Formatter, likeBinutils } from './x86-text';

type X86 = 'x86_64' | 'i386';
type Iced = typeof IcedModule;

/** No x86 instruction is longer. */
const MAX_BYTES = 15;

/** iced's names of what becomes of the flow and of memory; what is not here is `other` and `address`. */
const FLOW: Readonly<Record<string, DecodedInstruction['flow']>> = {
  Next: 'next',
  UnconditionalBranch: 'jump',
  IndirectBranch: 'jump',
  ConditionalBranch: 'jump',
  Return: 'return',
  Call: 'call',
  IndirectCall: 'call',
  Interrupt: 'trap',
  Exception: 'trap',
};
const ACCESS: Readonly<Record<string, MemoryOperand['access']>> = {
  Read: 'read',
  CondRead: 'read',
  Write: 'write',
  CondWrite: 'write',
  ReadWrite: 'read-write',
  ReadCondWrite: 'read-write',
};

/** Lower-case name of a register, general ones by their widest name. */
function registerNames(iced: Iced): (register: Register, arch: X86) => string | null {
  const { Register: names, RegisterExt } = iced;
  return (register, arch) => {
    if (register === names.None) return null;
    if (!RegisterExt.isGPR(register)) return (names[register] ?? '').toLowerCase();
    const full =
      arch === 'x86_64' ? RegisterExt.fullRegister(register) : RegisterExt.fullRegister32(register);
    return (names[full] ?? '').toLowerCase();
  };
}

/** In 64-bit mode the prefixes of the other segments are ignored; iced names them all the same. */
function segmentOf(segment: string | null, written: MemoryOperand | undefined, arch: X86): string | null {
  if (arch === 'i386' || segment === 'fs' || segment === 'gs') return segment;
  return written?.segment ?? segment;
}

interface Reader {
  readonly iced: Iced;
  readonly infos: InstructionInfoFactory;
  readonly nameOf: (register: Register, arch: X86) => string | null;
}

/** What iced says of the memory: its segment, size and access are those of the opcode tables, not of the text. */
function readMemory(
  memory: UsedMemory,
  written: readonly MemoryOperand[],
  arch: X86,
  { iced, nameOf }: Reader,
): MemoryOperand {
  const base = nameOf(memory.base, arch);
  const index = nameOf(memory.index, arch);
  const sizeBytes = iced.MemorySizeExt.size(memory.memorySize);
  // iced gives the whole address of a position-relative operand and no base.
  const same =
    written.find((one) => one.base === base && one.index === index && !one.implicit) ??
    written.find((one) => one.base === 'rip' && base === null);
  return {
    base: same?.base ?? base,
    index,
    scale: index === null ? 1 : memory.scale,
    displacement: same?.displacement ?? BigInt.asIntN(64, memory.displacement),
    segment: segmentOf(nameOf(memory.segment, arch), same, arch),
    sizeBytes: sizeBytes === 0 ? (same?.sizeBytes ?? null) : sizeBytes,
    access: ACCESS[iced.OpAccess[memory.access]] ?? 'address',
    implicit: same === undefined,
    target: base === null && index === null ? memory.displacement : null,
  };
}

function readWrites(
  registers: readonly UsedRegister[],
  arch: X86,
  { iced, nameOf }: Reader,
): readonly string[] {
  const names = new Set<string>();
  for (const used of registers) {
    const writes = iced.OpAccess[used.access].includes('Write');
    const name = writes && iced.RegisterExt.isGPR(used.register) ? nameOf(used.register, arch) : null;
    if (name !== null) names.add(name);
    used.free();
  }
  return [...names];
}

function readUses(instruction: Instruction, written: readonly MemoryOperand[], arch: X86, reader: Reader) {
  const info = reader.infos.info(instruction);
  const memory = (info.usedMemory() as UsedMemory[]).map((used) => {
    const operand = readMemory(used, written, arch, reader);
    used.free();
    return operand;
  });
  const writes = readWrites(info.usedRegisters() as UsedRegister[], arch, reader);
  info.free();
  return { memory, writes };
}

function describe(instruction: Instruction, text: string, arch: X86, reader: Reader): DecodedInstruction {
  const parsed = parseInstructionText(text, arch);
  const written = parsed?.memory ?? [];
  const { memory, writes } = readUses(instruction, written, arch, reader);
  const operands = (parsed?.operands ?? []).map((operand): InstructionOperand => {
    if (operand.kind !== 'memory') return operand;
    const { base, index } = operand.memory;
    const used = memory.find((one) => one.base === base && one.index === index && !one.implicit);
    return used === undefined ? operand : { kind: 'memory', memory: used };
  });
  return {
    text,
    mnemonic: parsed?.mnemonic ?? text.split(' ', 1)[0] ?? '',
    lengthBytes: instruction.length,
    prefixes: parsed?.prefixes ?? [],
    operands,
    // iced counts no operand that is only an address.
    memory: memory.length === 0 ? written.filter((one) => one.access === 'address') : memory,
    writes,
    flow: FLOW[reader.iced.FlowControl[instruction.flowControl]] ?? 'other',
  };
}

/** Chains that begin at different bytes meet after a few instructions: each is decoded once. */
function createLengths(iced: Iced): NonNullable<Disassemble['lengths']> {
  const instruction = new iced.Instruction();
  return (arch, bytes, starts) => {
    const lengths = new Uint8Array(bytes.length);
    if (arch !== 'x86_64' && arch !== 'i386') return lengths;
    const decoder = new iced.Decoder(arch === 'x86_64' ? 64 : 32, bytes, iced.DecoderOptions.None);
    for (let start = 0; start < Math.min(starts, bytes.length); start += 1) {
      decoder.position = start;
      for (let at = start; at < bytes.length && lengths[at] === 0; at += lengths[at] ?? 0) {
        decoder.decodeOut(instruction);
        if (instruction.code === iced.Code.INVALID) break;
        lengths[at] = instruction.length;
      }
    }
    decoder.free();
    return lengths;
  };
}

/** iced-x86, ready when this returns. */
export function openX86(iced: Iced): Disassemble {
  const formatter = createX86Formatter(iced);
  const infos = new iced.InstructionInfoFactory();
  const reader: Reader = { iced, infos, nameOf: registerNames(iced) };
  const instruction = new iced.Instruction();
  const decode = (arch: Parameters<Disassemble>[0], bytes: Uint8Array, address: bigint) => {
    if ((arch !== 'x86_64' && arch !== 'i386') || bytes.length === 0) return null;
    const bits = arch === 'x86_64' ? 64 : 32;
    const decoder = new iced.Decoder(bits, bytes.subarray(0, MAX_BYTES), iced.DecoderOptions.None);
    decoder.ip = BigInt.asUintN(bits, address);
    decoder.decodeOut(instruction);
    try {
      if (instruction.code === iced.Code.INVALID) return null;
      return describe(instruction, likeBinutils(formatter.format(instruction)), arch, reader);
    } finally {
      decoder.free();
    }
  };
  return Object.assign(decode, { lengths: createLengths(iced) });
}
