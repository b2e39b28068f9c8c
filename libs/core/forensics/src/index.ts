export { ANALYSIS_VERSION, analyse } from './analyse';
export { DEFAULT_ANALYSIS_LIMITS, type AnalysisLimits } from './analysis-limits';
export { analyseTexts, type CrashText, type TextReading } from './analyse-texts';
export type {
  Analysis,
  Confidence,
  CrashEvidence,
  DecodedInstruction,
  Disassemble,
  Evidence,
  Finding,
  FindingKind,
  HardwareLikelihood,
  InstructionOperand,
  MemoryOperand,
  Recipe,
  RegisterReading,
  Verdict,
  VerdictClass,
  VerdictFlag,
} from './analysis';
export { parseInstructionText } from './instruction/instruction-text';
export {
  isDataKind,
  isSameFreelistSecret,
  readBytes,
  readValue,
  readWords,
  VALUE_KINDS,
  valueContext,
  type AddressArea,
  type AddressedWord,
  type BytesReading,
  type KnownRange,
  type ValueContext,
  type ValueDetails,
  type ValueKind,
  type ValueKindRow,
  type ValueReading,
  type ValueRole,
  type WordsReading,
} from './values';
export { analyseInstruction, type InstructionAnalysis } from './instruction/instruction-findings';
export type { OperandAddress, TrapContext, TrapReason, TrapReasonSlug } from './instruction/trap-context';
export { explainTrap } from './instruction/why-trap';
export { explainRegisters, type RegisterOrigin } from './instruction/register-origins';
export type { ShownInstruction, SiteEvidence, TrapSite } from './instruction/trap-site';
