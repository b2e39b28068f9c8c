import type { HardwareLikelihood } from '../analysis';
import type { CrashCase } from '../crash-case';

/** How likely the machine itself is to blame. */
export function weighHardware(_crash: CrashCase): HardwareLikelihood {
  return { value: 0, parts: [] };
}
