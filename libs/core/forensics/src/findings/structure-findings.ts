import type { Sourced, StructDump, StructMember } from '@oopstream/core-transcript';
import type { Evidence, Finding } from '../analysis';
import type { CrashCase } from '../crash-case';

/** Values below have too few bits to be equal for a reason. */
const MIN_TELLING = 0x1000n;
const MAX_CHAINS = 12;
/** Per-CPU areas begin at multiples of their unit size, a power of two of at least this (mm/percpu.c, pcpu_embed_first_chunk). */
const PER_CPU_UNIT = 0x8000n;
/** Offsets into the per-CPU area: DYNAMIC and static sizes of real kernels stay below. */
const MAX_PER_CPU_OFFSET = 0x100_0000n;

/** General registers by what they hold. */
type Holders = ReadonlyMap<bigint, readonly string[]>;
type Registers = ReadonlyMap<string, Sourced<bigint>>;

/** Structures that the session printed, tied to the registers that point to them or hold their members. */
export function findStructures(crash: CrashCase): readonly Finding[] {
  const registers: Registers = crash.trap?.values ?? new Map<string, Sourced<bigint>>();
  const structs = crash.session?.structs ?? [];
  const holders = holdersOf(registers);
  const found = [
    ...structs.flatMap((struct) => structFindings(struct, registers, holders)),
    ...labelFindings(crash),
    ...perCpuFindings(registers),
  ];
  return found.slice(0, MAX_CHAINS);
}

function structFindings(struct: StructDump, registers: Registers, held: Holders): Finding[] {
  const { type, address, span } = struct;
  const holders = address === null ? [] : (held.get(address) ?? []);
  const pointed: Finding[] = holders.map((name) => ({
    kind: 'structure',
    claim: `${name} is the address of this ${type}.`,
    confidence: 'certain',
    evidence: [{ span, note: type }, ...registerEvidence(name, registers)],
    confirm: null,
  }));
  const members = struct.members.flatMap((member) =>
    memberFindings(struct, member, { registers, held, isTied: holders.length > 0 }),
  );
  return [...pointed, ...members];
}

/** A member whose value stands in a register: `freelist` is what rbp holds. */
function memberFindings(
  { type }: StructDump,
  member: StructMember,
  {
    registers,
    held,
    isTied,
  }: { readonly registers: Registers; readonly held: Holders; readonly isTied: boolean },
): Finding[] {
  const { value } = member;
  if (value === null || value < MIN_TELLING) return [];
  return (held.get(value) ?? []).map((name) => ({
    kind: 'value-chain',
    claim: `${name} holds ${type}.${member.path} (${member.text.trim()}).`,
    // The same number twice: the wider it is and the closer the structure, the less it is chance.
    confidence:
      isTied && value > 0xffff_ffffn ? 'certain' : isTied || value > 0xffff_ffffn ? 'likely' : 'hint',
    evidence: [{ span: member.span, note: `${type}.${member.path}` }, ...registerEvidence(name, registers)],
    confirm: null,
  }));
}

/** What crash(8) or a person wrote behind a stack word that is a register: `[kmem_cache]`. */
function labelFindings({ backtrace, trap, recovered }: CrashCase): Finding[] {
  if (backtrace === null || trap === null || recovered === null) return [];
  const words = backtrace.frames.flatMap((frame) => frame.words.filter(({ label }) => label !== null));
  if (words.length === 0) return [];
  const names = new Map(
    Array.from(recovered.registers.values, ([name, { span }]) => [span.start, name] as const).reverse(),
  );
  return words.flatMap((word): Finding[] => {
    const { label, span } = word;
    const name = names.get(span.start);
    if (label === null || name === undefined || isRegisterName(label, name)) return [];
    return [
      {
        kind: 'structure',
        claim: `${name} is noted as ${label} in the stack dump.`,
        confidence: 'likely',
        evidence: [{ span, note: label }],
        confirm: word.value === null ? null : `kmem ${word.value.toString(16)}`,
      },
    ];
  });
}

/** `[bp]`, `[r8]`: the register's own name says nothing new. */
function isRegisterName(label: string, name: string): boolean {
  return name === label || name === `r${label}` || name === `e${label}`;
}

/** A pointer that is another register's offset above a unit boundary: `this_cpu_ptr()`. */
function perCpuFindings(registers: Registers): Finding[] {
  const found: Finding[] = [];
  for (const [offsetName, offset] of registers) {
    if (offset.value < MIN_TELLING || offset.value >= MAX_PER_CPU_OFFSET || !isGeneral(offsetName)) continue;
    for (const [name, pointer] of registers) {
      const base = pointer.value - offset.value;
      // The whole unit must fit: offsets of a multiple of it would match by chance.
      if (base >> 47n !== 0x1ffffn || base % unitAbove(offset.value) !== 0n || !isGeneral(name)) continue;
      found.push({
        kind: 'value-chain',
        claim: `${name} = 0x${base.toString(16)} + ${offsetName} (0x${offset.value.toString(16)}): a per-CPU base with the offset of a per-CPU variable.`,
        confidence: 'likely',
        evidence: [...registerEvidence(name, registers), ...registerEvidence(offsetName, registers)],
        confirm: 'p __per_cpu_offset',
      });
    }
  }
  return found;
}

function unitAbove(offset: bigint): bigint {
  let unit = PER_CPU_UNIT;
  while (unit <= offset) unit <<= 1n;
  return unit;
}

const isGeneral = (name: string): boolean => /^(?:r[a-ds][xip]|r[bd][ip]|r\d+|x\d+)$/.test(name);

function holdersOf(registers: Registers): Holders {
  const holders = new Map<bigint, string[]>();
  for (const [name, { value }] of registers) {
    if (!isGeneral(name)) continue;
    const names = holders.get(value);
    if (names === undefined) holders.set(value, [name]);
    else names.push(name);
  }
  return holders;
}

function registerEvidence(name: string, registers: Registers): Evidence[] {
  const value = registers.get(name);
  return value === undefined ? [] : [{ span: value.span, note: name.toUpperCase() }];
}
