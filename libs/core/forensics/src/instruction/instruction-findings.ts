import type { Evidence, Finding } from '../analysis';
import { canonicity, pagingLevels } from './canonical';
import { operandAddresses, spellSum } from './effective-address';
import { findFaultOperand } from './fault-operand';
import { explainRegisters, type RegisterOrigin } from './register-origins';
import {
  hex,
  type EvidenceSource,
  type OperandAddress,
  type TrapContext,
  type TrapReason,
} from './trap-context';
import { ACCESS_TRAPS, findPointer, findTrapSite, type SiteEvidence, type TrapSite } from './trap-site';
import { explainTrap } from './why-trap';
import { isFetch } from './why-fetch';
import type { Disassemble } from '../analysis';

/** Most origins of registers that are told. */
const MAX_ORIGINS = 8;

/** What the instruction says, as findings and for those who go on from there. */
export interface InstructionAnalysis {
  readonly findings: readonly Finding[];
  readonly site: TrapSite | null;
  readonly context: TrapContext;
  readonly reasons: readonly TrapReason[];
  /** The operand that the fault is of, or that alone can have raised it; `null` where that is not plain. */
  readonly operand: OperandAddress | null;
  readonly origins: readonly RegisterOrigin[];
}

function plainValues(registers: SiteEvidence['registers']): ReadonlyMap<string, bigint> {
  const values = new Map<string, bigint>();
  for (const [name, { value }] of registers) values.set(name, value);
  return values;
}

function contextOf(evidence: SiteEvidence, site: TrapSite | null): TrapContext {
  const { reading, details, registers, arch } = evidence;
  return {
    arch,
    exception: reading.exception,
    kind: reading.kind,
    instruction: site?.trapped.decoded ?? null,
    pointer: site?.address ?? findPointer(evidence),
    registers: plainValues(registers),
    faultAddress: details.faultAddress,
    codeWords: details.trapCode?.words ?? [],
  };
}

const POINTER_NAMES = ['rip', 'eip', 'pc', 'nip', 'epc'];

function locate(source: EvidenceSource, evidence: SiteEvidence, site: TrapSite | null): Evidence | null {
  const { details, registers } = evidence;
  if (source === 'instruction')
    return site === null ? null : { span: site.trapped.span, note: site.trapped.decoded.text };
  if (source === 'fault-address')
    return details.faultAddress && { span: details.faultAddress.span, note: 'fault address' };
  if (source === 'trap-code')
    return details.trapCode && { span: details.trapCode.span, note: details.trapCode.words.join(', ') };
  const names = source === 'pointer' ? POINTER_NAMES : [source.slice('register:'.length)];
  for (const name of names) {
    const register = registers.get(name);
    if (register !== undefined) return { span: register.span, note: name.toUpperCase() };
  }
  return null;
}

function gather(
  sources: readonly EvidenceSource[],
  evidence: SiteEvidence,
  site: TrapSite | null,
): readonly Evidence[] {
  return sources.map((source) => locate(source, evidence, site)).filter((one) => one !== null);
}

function instructionFinding(site: TrapSite, evidence: SiteEvidence): Finding {
  const { fault } = evidence.reading;
  const offset = fault?.offset == null ? '' : `+${fault.offset}`;
  const where = fault === null ? '' : ` (${fault.function}${offset})`;
  const differs =
    site.differs === null
      ? ''
      : `; dis shows ${site.differs.text} there: the code that ran is not the one listed`;
  return {
    kind: 'instruction',
    claim: `It trapped at ${site.trapped.decoded.text}${where}${differs}.`,
    confidence: site.differs === null ? site.confidence : 'likely',
    evidence: [
      { span: site.trapped.span, note: site.trapped.decoded.text },
      ...(site.alsoAt === null ? [] : [{ span: site.alsoAt, note: 'the same in the listing' }]),
      ...(site.differs === null ? [] : [{ span: site.differs.span, note: 'listed instead' }]),
    ],
    confirm: site.alsoAt !== null || site.address === null ? null : `dis -l ${site.address.toString(16)}`,
  };
}

const ACCESS_WORDS = { read: 'reads', write: 'writes', 'read-write': 'changes', address: 'names' } as const;

function spellOperand({ memory, address }: OperandAddress): string {
  const bytes =
    memory.sizeBytes === null ? '' : ` ${memory.sizeBytes} byte${memory.sizeBytes === 1 ? '' : 's'}`;
  const segment = memory.segment === 'ss' || memory.segment === 'gs' ? ` through ${memory.segment}` : '';
  return `${ACCESS_WORDS[memory.access]}${bytes}${segment} at ${spellSum(memory)} = ${hex(address ?? 0n)}`;
}

function addressFindings(context: TrapContext, evidence: SiteEvidence, site: TrapSite): readonly Finding[] {
  const fault = context.faultAddress;
  if (context.exception === null || !ACCESS_TRAPS.has(context.exception)) return [];
  if (context.exception === 'page_fault' && fault?.trusted === true) {
    if (isFetch(context, fault.value)) return [];
    const found = findFaultOperand(context, fault.value);
    return found.operand === null
      ? mismatch(found.computed, found.complete, fault.value, evidence, site)
      : [addressFinding(found.operand, 'certain', fault.value, evidence, site)];
  }
  const levels = pagingLevels(context.registers);
  return operandAddresses(context).flatMap((operand) => {
    const { memory, address } = operand;
    if (address === null || memory.access === 'address') return [];
    // An address that cannot be accessed is the one that trapped; of others it is not known.
    const isPlain = context.arch === 'x86_64' && canonicity(address, levels) === 'non-canonical';
    const confidence = isPlain || address === fault?.value ? 'certain' : 'likely';
    return [addressFinding(operand, confidence, null, evidence, site)];
  });
}

function addressFinding(
  operand: OperandAddress,
  confidence: Finding['confidence'],
  fault: bigint | null,
  evidence: SiteEvidence,
  site: TrapSite,
): Finding {
  const same =
    fault === null
      ? ''
      : fault === operand.address
        ? ': the fault address'
        : `: the fault address ${hex(fault)} is among these bytes`;
  const sources: readonly EvidenceSource[] =
    fault === null ? operand.uses : [...operand.uses, 'fault-address'];
  return {
    kind: 'effective-address',
    claim: `The instruction ${spellOperand(operand)}${same}.`,
    confidence,
    evidence: gather(sources, evidence, site),
    confirm: null,
  };
}

/** Addresses are known and none is the one that faulted: registers and fault are not of the same moment. */
function mismatch(
  computed: readonly OperandAddress[],
  complete: boolean,
  fault: bigint,
  evidence: SiteEvidence,
  site: TrapSite,
): readonly Finding[] {
  if (!complete || computed.length === 0) return [];
  const addresses = computed
    .map((operand) => `${spellSum(operand.memory)} = ${hex(operand.address ?? 0n)}`)
    .join(', ');
  return [
    {
      kind: 'effective-address',
      claim: `By these registers the instruction accesses ${addresses}, not the fault address ${hex(fault)}: registers, code and fault address are not of the same moment.`,
      confidence: 'hint',
      evidence: gather([...computed.flatMap(({ uses }) => uses), 'fault-address'], evidence, site),
      confirm: null,
    },
  ];
}

function originFinding(origin: RegisterOrigin, evidence: SiteEvidence, site: TrapSite): Finding | null {
  const writer = site.before[origin.at];
  if (writer == null) return null;
  const registers = [origin.register, ...origin.uses].map((name): EvidenceSource => `register:${name}`);
  const value = evidence.registers.get(origin.register)?.value ?? null;
  const own = value === null ? origin.register : `${origin.register} (${hex(value)})`;
  const confirmed = origin.confirmed && origin.from !== 'constant' ? ', and the values agree' : '';
  const claim =
    origin.from === 'constant'
      ? `${own} was set by ${writer.decoded.text} before the trap.`
      : `${own} is ${origin.source}, by ${writer.decoded.text} before the trap${confirmed}.`;
  return {
    kind: 'value-chain',
    claim,
    confidence: 'likely',
    evidence: [{ span: writer.span, note: writer.decoded.text }, ...gather(registers, evidence, site)],
    confirm: origin.address === null ? null : `rd ${origin.address.toString(16)}`,
  };
}

/** Registers of the operand first: they are what people ask for. */
function pickOrigins(site: TrapSite, context: TrapContext): readonly RegisterOrigin[] {
  const decoded = site.before.map((one) => one?.decoded ?? null);
  const used = new Set(site.trapped.decoded.memory.flatMap(({ base, index }) => [base, index]));
  const rank = ({ register }: RegisterOrigin) => (used.has(register) ? 0 : 1);
  const joins = new Set(site.before.flatMap((one, at) => (one?.isJoined === true ? [at] : [])));
  return explainRegisters(decoded, context.registers, context.arch, joins)
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, MAX_ORIGINS);
}

/**
 * What the trapping instruction says: which it was, the addresses of its operands by the registers at the trap, why the
 * processor trapped in this way, and where the registers' values came from.
 */
export function analyseInstruction(evidence: SiteEvidence, disassemble: Disassemble): InstructionAnalysis {
  const site = findTrapSite(evidence, disassemble);
  const context = contextOf(evidence, site);
  const reasons = explainTrap(context);
  const why = reasons.map((reason): Finding => ({
    kind: 'why-this-trap',
    claim: reason.claim,
    // No surer than what it stands on.
    confidence:
      reason.confidence === 'certain' && site?.confidence === 'likely' ? 'likely' : reason.confidence,
    evidence: gather(reason.uses, evidence, site),
    confirm: null,
  }));
  const fault = context.faultAddress;
  const faulted = fault?.trusted === true ? findFaultOperand(context, fault.value).operand : null;
  if (site === null)
    return { findings: why.filter(hasEvidence), site, context, reasons, operand: null, origins: [] };
  const origins = pickOrigins(site, context);
  const chains = origins.map((origin) => originFinding(origin, evidence, site)).filter((one) => one !== null);
  const findings = [
    instructionFinding(site, evidence),
    ...addressFindings(context, evidence, site),
    ...why,
    ...chains,
  ];
  return { findings: findings.filter(hasEvidence), site, context, reasons, operand: faulted, origins };
}

const hasEvidence = (finding: Finding): boolean => finding.evidence.length > 0;
