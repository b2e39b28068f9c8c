import type { Recipe, Verdict } from '../analysis';
import type { CrashCase } from '../crash-case';

/** Commands that would settle what the text leaves open. */
export function listMissing(_crash: CrashCase, _verdict: Verdict): readonly Recipe[] {
  return [];
}
