import { addressHalf } from './canonical';
import { hex, type TrapContext, type TrapReason } from './trap-context';

const FIRST_PAGE = 4096n;

/** The instruction itself could not be read: the fault address is that of the instruction pointer. */
export function isFetch(context: TrapContext, fault: bigint): boolean {
  return context.codeWords.includes('fetch') || (context.pointer !== null && context.pointer === fault);
}

/** Why the processor could not fetch what it was sent to. */
export function explainFetch(context: TrapContext, fault: bigint): readonly TrapReason[] {
  const { codeWords, arch } = context;
  const uses = ['pointer', 'fault-address', 'trap-code'] as const;
  // Without the code's word, only an instruction pointer that equals the address tells a fetch.
  const confidence = codeWords.includes('fetch') ? 'certain' : 'likely';
  const say = (slug: TrapReason['slug'], claim: string): readonly TrapReason[] => [
    { slug, claim, confidence, uses },
  ];
  if (fault < FIRST_PAGE) {
    const offset = fault === 0n ? '' : ` (${hex(fault)})`;
    return say(
      'null-call',
      `The processor was sent to NULL${offset}: a call or jump through a function pointer that is not set.`,
    );
  }
  if (addressHalf(fault, arch) === 'user') {
    const present = codeWords.includes('protection');
    const guard = arch === 'x86_64' || arch === 'i386' ? 'SMEP or NX' : 'PXN';
    return present
      ? say(
          'smep',
          `In kernel mode the processor was sent to ${hex(fault)} in user space, whose page is present: ${guard} forbids it.`,
        )
      : say(
          'user-address',
          `In kernel mode the processor was sent to ${hex(fault)}, an address of user space.`,
        );
  }
  if (codeWords.includes('protection')) {
    return say(
      'no-execute',
      `The processor was sent to ${hex(fault)}, which is mapped and not executable: data taken for code.`,
    );
  }
  return say(
    'fetch-unmapped',
    `The processor was sent to ${hex(fault)}, where nothing is mapped: code that is gone, or a pointer that is none.`,
  );
}
