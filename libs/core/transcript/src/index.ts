export type {
  Arch,
  CrashMoment,
  DamageReason,
  FaultLocation,
  Frame,
  Mentions,
  Reading,
  Span,
  TranscriptFormat,
} from './reading';
export type {
  BootFacts,
  CodeBytes,
  CrashDetails,
  DumpedBytes,
  FaultAddress,
  HardwareRecord,
  HeldLock,
  LoadedModule,
  MemoryObject,
  PageDump,
  PageTableEntry,
  RegisterSet,
  Sourced,
  Stack,
  StackRole,
  TaintFlag,
  TrapCode,
} from './details/details';
export type {
  Backtrace,
  BacktraceFrame,
  Command,
  ExceptionFrame,
  Instruction,
  MemoryDump,
  MemoryWord,
  Session,
  SessionModule,
  SessionTask,
  SlabCache,
  SlabObject,
  StackWord,
  StructDump,
  StructMember,
  SymbolLine,
} from './session/session';
export { completeReading } from './details/complete-reading';
export { DEFAULT_DETAIL_LIMITS, readDetails } from './details/read-details';
export type { DetailLimits } from './details/read-details';
export { DEFAULT_READ_LIMITS, READER_VERSION, readTranscript } from './read-transcript';
export type { Observation, Observe } from './observe';
export type { ReadLimits, TranscriptReadings } from './read-transcript';
export { DEFAULT_SYMBOL_MAP_LIMITS, parseSymbolMap } from './symbols/symbol-map';
export type { SymbolMap, SymbolMapLimits, SymbolMapResult, SymbolMapTrouble } from './symbols/symbol-map';
export { prepareSymbols } from './symbols/prepare-symbols';
export type { BootSymbols, NameAddresses, PreparedSymbols } from './symbols/prepare-symbols';
export { readSession } from './session/read-session';
export { DEFAULT_SESSION_LIMITS } from './session/session-limits';
export type { SessionLimits } from './session/session-limits';
