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
