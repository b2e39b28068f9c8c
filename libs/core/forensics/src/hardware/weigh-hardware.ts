import type { HardwareLikelihood } from '../analysis';
import type { CrashCase } from '../crash-case';
import { HARDWARE_SIGNS } from './hardware-signs';

/** Evidence that is shown of one sign: a storm of corrected errors has thousands of lines. */
const MAX_EVIDENCE = 5;

/**
 * How likely the machine itself is to blame: 1 − ∏(1 − weight), signs counted once and taken as independent. What other
 * crashes of the host say is added by who knows them.
 */
export function weighHardware(crash: CrashCase): HardwareLikelihood {
  const parts = HARDWARE_SIGNS.flatMap(({ reason, weight, find }) => {
    const evidence = find(crash).slice(0, MAX_EVIDENCE);
    return evidence.length === 0 ? [] : [{ reason, weight, evidence }];
  });
  const innocent = parts.reduce((rest, { weight }) => rest * (1 - weight), 1);
  return { value: Math.round((1 - innocent) * 1000) / 1000, parts };
}
