import type { Analysis, CrashEvidence, Disassemble, Finding } from './analysis';
import { DEFAULT_ANALYSIS_LIMITS, type AnalysisLimits } from './analysis-limits';
import { buildCase, type CrashCase } from './crash-case';
import { findAllocation, slabCacheOf } from './findings/allocation-findings';
import { findInstruction } from './findings/instruction-findings';
import { findRegisters, readRegisters } from './findings/register-findings';
import { findStatements } from './findings/report-findings';
import { findSource } from './findings/source-findings';
import { findStructures } from './findings/structure-findings';
import { findSystemCall } from './findings/system-call-findings';
import { findValues } from './findings/value-findings';
import { judge } from './verdict/judge';
import { weighHardware } from './hardware/weigh-hardware';
import { listMissing } from './recipes/list-missing';

/** Changes with every rule that can change an answer: stored analyses name the version that made them. */
export const ANALYSIS_VERSION = 1;

/** All that look for something; each on its own, in the order in which people read what they find. */
const FINDERS: readonly ((crash: CrashCase) => readonly Finding[])[] = [
  findSource,
  findInstruction,
  findRegisters,
  findValues,
  findStructures,
  findAllocation,
  findSystemCall,
  findStatements,
];

/**
 * Says what happened in one crash and shows the bytes that say so. Never throws; nothing is claimed that the text does
 * not carry: where it says too little the verdict is `unknown` and {@link Analysis.missing} names what would tell. Linear
 * in what the evidence holds, and within the limits however much that is.
 */
export function analyse(
  evidence: CrashEvidence,
  disassemble: Disassemble,
  limits: AnalysisLimits = DEFAULT_ANALYSIS_LIMITS,
): Analysis {
  const crash = buildCase(evidence, disassemble, limits);
  const isWhole = crash.reading.damage === null;
  const findings = FINDERS.flatMap((find) => find(crash))
    .slice(0, limits.maxFindings)
    .map((finding) => (isWhole ? finding : unsure(finding)));
  const hardware = weighHardware(crash);
  const verdict = judge(crash, findings, hardware);
  return {
    version: ANALYSIS_VERSION,
    verdict,
    slabCache: slabCacheOf(crash),
    findings,
    registers: readRegisters(crash),
    hardware,
    missing: listMissing(crash, verdict),
  };
}

/** A report that is torn or cut may show parts of two: what they say together is not certain. */
function unsure(finding: Finding): Finding {
  return finding.confidence === 'certain' ? { ...finding, confidence: 'likely' } : finding;
}
