import { canonicity, pagingLevels } from './canonical';
import { operandAddresses, registerValue, spellSum } from './effective-address';
import { hex, type OperandAddress, type TrapContext, type TrapReason } from './trap-context';

const SEGMENTS = new Set(['cs', 'ds', 'es', 'fs', 'gs', 'ss']);
/** Legacy vector moves that demand alignment, with how much; the VEX forms go by their register. */
const ALIGNED = /^v?mov(?:aps|apd|dqa|ntps|ntpd|ntdq|ntdqa)$/;
/** XSAVE area, Intel SDM volume 1, 13.4: aligned to 64 bytes. */
const STATE = /^x(?:save|saveopt|savec|saves|rstor|rstors)(?:64)?$/;
const STACK_BASES = new Set(['rbp', 'rsp']);

function isOutside(operand: OperandAddress, context: TrapContext): 'certain' | 'likely' | null {
  if (operand.address === null || operand.memory.access === 'address') return null;
  const kind = canonicity(operand.address, pagingLevels(context.registers));
  return kind === 'canonical' ? null : kind === 'non-canonical' ? 'certain' : 'likely';
}

function spellOperand(operand: OperandAddress): string {
  return `${spellSum(operand.memory)} = ${hex(operand.address ?? 0n)}`;
}

/** Operands whose address is not canonical, of one segment. */
function outside(context: TrapContext, throughStack: boolean) {
  return operandAddresses(context).flatMap((operand) => {
    const confidence = isOutside(operand, context);
    return confidence !== null && (operand.memory.segment === 'ss') === throughStack
      ? [{ operand, confidence }]
      : [];
  });
}

const SS_RULE =
  'an access whose base is rbp or rsp goes through the stack segment, and a non-canonical address there raises #SS, not #GP (Intel SDM vol. 3, 6.15)';

/** #SS in 64-bit mode: a non-canonical address through rbp or rsp, or a bad stack segment loaded. */
export function explainStackSegment(context: TrapContext): readonly TrapReason[] {
  if (context.arch !== 'x86_64') return explainSegmentLoad(context);
  if (context.instruction === null) return explainUnseenStack(context);
  const found = outside(context, true);
  if (found.length > 0) {
    return found.map(({ operand }) => ({
      slug: 'stack-segment-non-canonical',
      claim: `${spellOperand(operand)} is non-canonical: ${SS_RULE}.`,
      // Whatever the levels: nothing else makes an access raise #SS in 64-bit mode.
      confidence: 'certain',
      uses: operand.uses,
    }));
  }
  const unknown = operandAddresses(context).find(
    ({ memory, address }) => memory.segment === 'ss' && address === null,
  );
  if (unknown !== undefined && STACK_BASES.has(unknown.memory.base ?? '')) {
    return [
      {
        slug: 'stack-segment-non-canonical',
        claim: `The address ${spellSum(unknown.memory)} must have been non-canonical: ${SS_RULE}.`,
        confidence: 'likely',
        uses: ['instruction'],
      },
    ];
  }
  return explainSegmentLoad(context);
}

/** Without the instruction: only rbp and rsp lead through the stack segment, and the kernel runs on a good rsp. */
function explainUnseenStack({ registers }: TrapContext): readonly TrapReason[] {
  const base = registers.get('rbp');
  const pointer = registers.get('rsp');
  const levels = pagingLevels(registers);
  if (base === undefined || pointer === undefined) return [];
  if (canonicity(base, levels) === 'canonical' || canonicity(pointer, levels) !== 'canonical') return [];
  return [
    {
      slug: 'stack-segment-non-canonical',
      claim: `rbp = ${hex(base)} is non-canonical: ${SS_RULE}.`,
      confidence: 'likely',
      uses: ['register:rbp'],
    },
  ];
}

function explainSegmentLoad({ instruction }: TrapContext): readonly TrapReason[] {
  const target = instruction?.operands.at(-1);
  const named = target?.kind === 'register' && SEGMENTS.has(target.name) ? target.name : null;
  const loads = named !== null && /^(?:mov|pop)$/.test(instruction?.mnemonic ?? '');
  if (!loads && !/^(?:l[dsefg]s|ltr|lldt)$/.test(instruction?.mnemonic ?? '')) return [];
  return [
    {
      slug: 'segment-load',
      claim: `${instruction?.text ?? ''} loads ${named ?? 'a segment or task register'} with a selector that the descriptor tables do not allow.`,
      confidence: 'likely',
      uses: ['instruction'],
    },
  ];
}

function explainTarget(context: TrapContext): readonly TrapReason[] {
  const { instruction, registers } = context;
  const operand = instruction?.operands[0];
  if ((instruction?.flow !== 'jump' && instruction?.flow !== 'call') || operand?.kind !== 'register')
    return [];
  const target = registerValue(operand.name, registers);
  if (target === null || canonicity(target, pagingLevels(registers)) === 'canonical') return [];
  return [
    {
      slug: 'non-canonical-target',
      claim: `${instruction.text} goes to ${operand.name} = ${hex(target)}, which is non-canonical: a function pointer that is none.`,
      confidence: 'certain',
      uses: ['instruction', `register:${operand.name}`],
    },
  ];
}

function explainModelSpecific(context: TrapContext): readonly TrapReason[] {
  const { instruction, registers } = context;
  const mnemonic = instruction?.mnemonic ?? '';
  if (!/^(?:rdmsr|wrmsr|wrmsrns|rdpmc|xsetbv|xgetbv)$/.test(mnemonic)) return [];
  const number = registers.get('rcx') ?? registers.get('ecx');
  const which = number === undefined ? '' : ` ${hex(BigInt.asUintN(32, number))} (ecx)`;
  const low = registers.get('rax') ?? registers.get('eax');
  const high = registers.get('rdx') ?? registers.get('edx');
  const value =
    mnemonic.startsWith('wrmsr') && low !== undefined && high !== undefined
      ? `, value ${hex((BigInt.asUintN(32, high) << 32n) | BigInt.asUintN(32, low))}`
      : '';
  return [
    {
      slug: 'model-specific-register',
      claim: `${mnemonic} of register${which}${value} is refused: this processor or hypervisor has no such register, or not such a value.`,
      confidence: number === undefined ? 'likely' : 'certain',
      uses: ['instruction', 'register:rcx', 'register:rax', 'register:rdx'],
    },
  ];
}

function explainAlignment(context: TrapContext): readonly TrapReason[] {
  const mnemonic = context.instruction?.mnemonic ?? '';
  const isState = STATE.test(mnemonic) || /^fx(?:save|rstor)/.test(mnemonic);
  if (!isState && !ALIGNED.test(mnemonic)) return [];
  const vector = context.instruction?.operands.find((operand) => operand.kind === 'register');
  const width = vector?.kind === 'register' && vector.name.startsWith('ymm') ? 32n : 16n;
  const needed = isState && mnemonic.startsWith('x') ? 64n : width;
  return operandAddresses(context).flatMap((operand): TrapReason[] => {
    if (operand.address === null || operand.address % needed === 0n || isOutside(operand, context) !== null)
      return [];
    return [
      {
        slug: 'unaligned',
        claim: `${mnemonic} needs an address that is a multiple of ${needed}; ${spellOperand(operand)} is not.`,
        confidence: 'certain',
        uses: operand.uses,
      },
    ];
  });
}

function explainPrivileged({ instruction }: TrapContext): readonly TrapReason[] {
  const mnemonic = instruction?.mnemonic ?? '';
  const say = (slug: TrapReason['slug'], claim: string): readonly TrapReason[] => [
    { slug, claim, confidence: 'likely', uses: ['instruction'] },
  ];
  if (/^iret/.test(mnemonic))
    return say(
      'return-frame',
      'iret refuses the frame on the stack: a segment, flags or address in it is not valid.',
    );
  if (/^l?ret$|^sysret/.test(mnemonic))
    return say(
      'return-frame',
      `${mnemonic} returns to an address that is non-canonical: the return address was overwritten.`,
    );
  if (STATE.test(mnemonic))
    return say(
      'state-area',
      `${mnemonic} refuses the saved processor state: its header or the requested components are not valid.`,
    );
  const control =
    instruction?.operands.some((one) => one.kind === 'register' && /^[cd]r\d/.test(one.name)) ?? false;
  return control
    ? say(
        'control-register',
        `${instruction?.text ?? ''} sets reserved bits or a combination that is not allowed.`,
      )
    : [];
}

/** #GP: what of the instruction can raise it, and whether the registers say that it did. */
export function explainGeneralProtection(context: TrapContext): readonly TrapReason[] {
  const addresses = context.arch === 'x86_64' ? outside(context, false) : [];
  const nonCanonical = addresses.map(({ operand, confidence }): TrapReason => ({
    slug: 'non-canonical',
    claim: `${spellOperand(operand)} is non-canonical; through any segment but that of the stack this raises #GP.`,
    confidence: addresses.length > 1 ? 'likely' : confidence,
    uses: operand.uses,
  }));
  const rules = [
    explainTarget,
    explainModelSpecific,
    explainAlignment,
    explainSegmentLoad,
    explainPrivileged,
  ];
  for (const reasons of [nonCanonical, ...rules.map((rule) => rule(context))]) {
    if (reasons.length > 0) return reasons;
  }
  return [];
}
