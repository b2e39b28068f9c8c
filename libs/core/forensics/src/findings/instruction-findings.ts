import type { Finding } from '../analysis';
import type { CrashCase } from '../crash-case';

/** What trapped, on which address, why this trap and no other, and where the registers' values came from. */
export function findInstruction(crash: CrashCase): readonly Finding[] {
  return crash.insight.findings;
}
