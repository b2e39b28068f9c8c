import { parseInstructionText } from '../../src/instruction/instruction-text';
import type { TrapContext } from '../../src/instruction/trap-context';
import { explainTrap } from '../../src/instruction/why-trap';

export type Given = Omit<Partial<TrapContext>, 'instruction' | 'registers' | 'faultAddress'> & {
  readonly text: string | null;
  readonly registers?: Readonly<Record<string, bigint>>;
  readonly fault?: bigint;
};

export const CANONICAL = 0xffff8ef487c0e9c0n;
export const USB_WORDS = 0x0072006900560338n;

/** Slugs and confidences of the reasons told. */
export function explain({ text, registers = {}, fault, ...given }: Given) {
  const arch = given.arch ?? 'x86_64';
  const reasons = explainTrap({
    exception: 'page_fault',
    kind: 'paging-request',
    pointer: 0xffffffff84287f8bn,
    codeWords: [],
    ...given,
    arch,
    instruction: text === null ? null : parseInstructionText(text, arch),
    registers: new Map(Object.entries(registers)),
    faultAddress: fault === undefined ? null : { value: fault, trusted: true },
  });
  return reasons.map(({ slug, confidence }) => `${slug} ${confidence}`);
}

/** Name, what is given, what is told; a near miss, and what is told of that. */
export type Pair = readonly [string, Given, string, Given, readonly string[]];
