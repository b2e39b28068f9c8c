import type { Reading } from '@oopstream/core-transcript';
import { canonicalName } from './names';
import { isDispatcher, isFaultDispatcher, isGeneral, isWaiting } from './skip';
import { candidatesOf } from './stack';

export interface StackFunction {
  /** Without compiler suffixes; wrappers of one system call have one name. */
  readonly name: string;
  /** `null` for the core kernel. */
  readonly module: string | null;
}

/** Functions of the crashing stack as blame sees them: reliable ones, innermost first, the instruction pointer's leading. */
export function stackFunctions(reading: Reading): readonly StackFunction[] {
  return candidatesOf(reading).map(({ name, module }) => ({ name: canonicalName(name), module }));
}

/** Whether stacks of unlike crashes share this function: it reports, is called by everybody, waits or merely dispatches. */
export function isStackCommon(name: string): boolean {
  return (
    isGeneral(name) !== null ||
    isDispatcher(name) !== null ||
    isFaultDispatcher(name) !== null ||
    isWaiting(name) !== null
  );
}
