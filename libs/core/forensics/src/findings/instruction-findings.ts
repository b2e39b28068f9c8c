import type { Finding } from '../analysis';
import { evidenceFor, type CrashCase } from '../crash-case';
import { explainTrap } from '../instruction/why-trap';

/** What trapped, and why this trap and no other. */
export function findInstruction(crash: CrashCase): readonly Finding[] {
  const { instruction, reading } = crash;
  const findings: Finding[] = [];
  if (instruction !== null) {
    const at = reading.fault === null ? '' : ` at ${reading.fault.function}+${reading.fault.offset ?? '?'}`;
    findings.push({
      kind: 'instruction',
      claim: `The instruction${at} is \`${instruction.decoded.text}\`.`,
      confidence: 'certain',
      evidence: [{ span: instruction.span, note: instruction.from === 'code' ? 'Code:' : 'dis' }],
      confirm: null,
    });
  }
  for (const reason of explainTrap(crash.context)) {
    const { claim, confidence } = reason;
    const evidence = evidenceFor(crash, reason.uses);
    if (evidence.length > 0)
      findings.push({ kind: 'why-this-trap', claim, confidence, evidence, confirm: null });
  }
  return findings;
}
