import type { Reading } from '@oopstream/core-transcript';
import type { DecodedInstruction } from '../analysis';
import { parseAttInstruction } from './att-instruction';
import { parseRiscInstruction } from './risc-instruction';

/**
 * Reads the text of one instruction as `dis`, `x/i` and a disassembler print it: AT&T on x86, GNU elsewhere.
 *
 * @returns `null` for what is none
 */
export function parseInstructionText(
  text: string,
  arch: NonNullable<Reading['arch']>,
): DecodedInstruction | null {
  return arch === 'x86_64' || arch === 'i386'
    ? parseAttInstruction(text, arch)
    : parseRiscInstruction(text, arch);
}
